package io.plateau.interpolator.path;

import io.plateau.core.checkpoint.End;
import io.plateau.core.network.Layer;
import io.plateau.core.network.NetworkSpec;
import io.plateau.core.network.ParameterLayout;
import io.plateau.core.network.ParameterSpec;
import io.plateau.interpolator.pair.FolderPairs;
import io.plateau.interpolator.pair.PairSource;
import io.plateau.interpolator.pair.TrainerPairs;
import io.plateau.proto.common.v1.CheckpointRef;
import io.plateau.proto.common.v1.EndRef;
import io.plateau.proto.common.v1.PathEnds;
import io.plateau.service.errors.PlateauException;
import io.plateau.service.errors.Reason;
import io.plateau.service.translation.CheckpointTranslation;
import io.plateau.service.translation.RequestField;
import java.util.List;
import java.util.Optional;

/** Finds the two ends that a request means, and sees that they fit. */
public final class EndResolver {
  private final TrainerPairs trainer;
  private final FolderPairs folders;

  /** Looks in the trainer's catalogue and below configured roots. */
  public EndResolver(TrainerPairs trainer, FolderPairs folders) {
    this.trainer = trainer;
    this.folders = folders;
  }

  /**
   * Both ends and their network.
   *
   * @param network the second end's, or the first's if the second is zero
   */
  record Ends(ResolvedEnd first, ResolvedEnd second, NetworkSpec network) {}

  Ends resolve(PathEnds ends, RequestField field) {
    RequestField firstField = field.child("first");
    RequestField secondField = field.child("second");
    ResolvedEnd first = resolve(ends.getFirst(), firstField, End.INITIALIZATION);
    ResolvedEnd second =
        ends.hasSecond()
            ? sameSource(ends, first)
                .map(
                    source ->
                        named(ends.getSecond(), secondField, End.MINIMIZER, Optional.of(source)))
                .orElseGet(() -> resolve(ends.getSecond(), secondField, End.MINIMIZER))
            : new ResolvedEnd(withoutCheckpoint(ends.getFirst()), End.MINIMIZER, first.source());
    PairSource source =
        second
            .source()
            .or(first::source)
            .orElseThrow(() -> field.invalid("both ends are zero; give a pair for one of them"));
    requireStored(first, firstField);
    requireStored(second, secondField);
    if (first.pair().isPresent() && second.pair().isPresent()) {
      requireSame(first.pair().get().network(), second.pair().get().network(), field);
    }
    return new Ends(first, second, source.description().network());
  }

  /** The second end is mostly of the first one's pair, which need not be asked for twice. */
  private static Optional<PairSource> sameSource(PathEnds ends, ResolvedEnd first) {
    return withoutCheckpoint(ends.getFirst()).equals(withoutCheckpoint(ends.getSecond()))
        ? first.source()
        : Optional.empty();
  }

  private ResolvedEnd resolve(EndRef end, RequestField field, End unset) {
    Optional<PairSource> source =
        switch (end.getEndCase()) {
          case PAIR -> Optional.of(trainer.open(end.getPair().getName(), field.child("pair.name")));
          case STORED ->
              Optional.of(folders.open(end.getStored().getUri(), field.child("stored.uri")));
          case ZERO -> Optional.empty();
          case END_NOT_SET -> throw field.invalid("names no end; give pair, stored or zero");
        };
    return named(end, field, unset, source);
  }

  private static ResolvedEnd named(
      EndRef end, RequestField field, End unset, Optional<PairSource> source) {
    CheckpointRef checkpoint =
        end.hasPair() ? end.getPair().getCheckpoint() : end.getStored().getCheckpoint();
    RequestField at = field.child(end.hasPair() ? "pair.checkpoint" : "stored.checkpoint");
    return new ResolvedEnd(end, CheckpointTranslation.toCore(checkpoint, at, unset), source);
  }

  private static EndRef withoutCheckpoint(EndRef end) {
    EndRef.Builder same = end.toBuilder();
    switch (end.getEndCase()) {
      case PAIR -> same.getPairBuilder().clearCheckpoint();
      case STORED -> same.getStoredBuilder().clearCheckpoint();
      case ZERO, END_NOT_SET -> {}
    }
    return same.build();
  }

  /** A pair with a manifest says which checkpoints it has. */
  private static void requireStored(ResolvedEnd end, RequestField field) {
    boolean missing =
        end.pair().isPresent() && !end.pair().get().ends().isEmpty() && end.stored().isEmpty();
    if (missing) {
      throw PlateauException.builder(
              Reason.CHECKPOINT_NOT_FOUND,
              field.path()
                  + ": the pair has no "
                  + end.checkpoint().fileName()
                  + "; give INIT, FINAL or an epoch that it stores")
          .field(field.path(), "the pair has no " + end.checkpoint().fileName())
          .metadata("name", end.pair().get().name().orElse(""))
          .metadata("checkpoint", end.checkpoint().fileName())
          .build();
    }
  }

  private static void requireSame(NetworkSpec first, NetworkSpec second, RequestField field) {
    List<ParameterSpec> left = ParameterLayout.of(first).parameters();
    List<ParameterSpec> right = ParameterLayout.of(second).parameters();
    for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
      String one = i < left.size() ? written(left.get(i)) : "nothing";
      String other = i < right.size() ? written(right.get(i)) : "nothing";
      if (!one.equals(other)) {
        String tensor = i < left.size() ? left.get(i).name() : right.get(i).name();
        throw differ(field, tensor, one, other);
      }
    }
    if (!first.input().equals(second.input())
        || !withoutInitializers(first).equals(withoutInitializers(second))) {
      throw differ(
          field, "", withoutInitializers(first).toString(), withoutInitializers(second).toString());
    }
  }

  private static PlateauException differ(
      RequestField field, String tensor, String first, String second) {
    return PlateauException.builder(
            Reason.ENDS_DIFFER,
            field.path()
                + ": the two ends are not of one architecture: the first has "
                + first
                + ", the second "
                + second
                + "; give ends of equal networks")
        .metadata("tensor", tensor)
        .metadata("first", first)
        .metadata("second", second)
        .build();
  }

  private static String written(ParameterSpec tensor) {
    return tensor.name() + " " + tensor.shape();
  }

  /** What the layers compute; how their weights were drawn once does not matter. */
  private static List<Object> withoutInitializers(NetworkSpec network) {
    return network.layers().stream()
        .map(
            layer -> {
              if (layer instanceof Layer.Dense dense) {
                return List.<Object>of("dense", dense.outputs(), dense.hasBias());
              }
              if (layer instanceof Layer.Conv2d conv) {
                return List.<Object>of(
                    "conv2d", conv.outputs(), conv.kernel(), conv.padding(), conv.hasBias());
              }
              return (Object) layer;
            })
        .toList();
  }
}
