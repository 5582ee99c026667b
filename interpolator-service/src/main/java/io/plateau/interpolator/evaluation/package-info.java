/**
 * EvaluationService: paths evaluated as durable jobs, their points stored as they finish.
 *
 * <p>May import {@code path}, {@code device}, {@code metrics}, io.plateau.service, the contract and
 * gRPC.
 */
package io.plateau.interpolator.evaluation;
