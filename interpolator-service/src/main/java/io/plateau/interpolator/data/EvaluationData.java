package io.plateau.interpolator.data;

import io.plateau.core.dataset.Dataset;
import io.plateau.core.dataset.Subset;
import io.plateau.proto.common.v1.DatasetSpec;

/**
 * The data of an evaluation.
 *
 * @param dataset the samples
 * @param subset how they were taken from their source
 * @param spec what names them again
 * @param limited whether a bound of the request, not of its data, left samples out
 */
public record EvaluationData(Dataset dataset, Subset subset, DatasetSpec spec, boolean limited) {}
