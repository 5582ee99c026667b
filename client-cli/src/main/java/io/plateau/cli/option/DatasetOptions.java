package io.plateau.cli.option;

import io.plateau.proto.common.v1.DatasetSpec;
import io.plateau.proto.common.v1.Split;
import java.util.List;
import picocli.CommandLine.Option;

/** Which data. */
public final class DatasetOptions {
  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      description = "Data set of the trainer's registry. Default: ${DEFAULT-VALUE}.")
  private String name = "mnist";

  @Option(
      names = "--classes",
      paramLabel = "C",
      split = ",",
      description = "Only these classes, by their numbers.")
  private List<Integer> classes = List.of();

  @Option(
      names = "--samples-per-class",
      paramLabel = "N",
      description = "The first N samples of each class.")
  private Integer samplesPerClass;

  @Option(names = "--limit", paramLabel = "N", description = "The first N samples.")
  private Long limit;

  /** The training samples chosen. */
  public DatasetSpec toSpec() {
    DatasetSpec.Builder spec =
        DatasetSpec.newBuilder()
            .setNamed(DatasetSpec.NamedDataset.newBuilder().setName(name))
            .setSplit(Split.SPLIT_TRAIN)
            .addAllClasses(classes);
    if (samplesPerClass != null) {
      spec.setFirstOfEachClass(samplesPerClass);
    }
    if (limit != null) {
      spec.setFirst(limit);
    }
    return spec.build();
  }
}
