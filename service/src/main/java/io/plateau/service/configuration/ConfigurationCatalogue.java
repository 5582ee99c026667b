package io.plateau.service.configuration;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every key that one server knows, in the order of the documentation. Sections that belong to
 * another server are named too, so that both can share a file and an environment.
 */
public final class ConfigurationCatalogue {
  private final Map<String, ConfigurationKey<?>> byName;
  private final Map<String, ConfigurationKey<?>> byEnvironmentName;
  private final Set<String> foreignSections;

  private ConfigurationCatalogue(
      Map<String, ConfigurationKey<?>> byName,
      Map<String, ConfigurationKey<?>> byEnvironmentName,
      Set<String> foreignSections) {
    this.byName = byName;
    this.byEnvironmentName = byEnvironmentName;
    this.foreignSections = foreignSections;
  }

  public static Builder builder() {
    return new Builder();
  }

  public Collection<ConfigurationKey<?>> keys() {
    return byName.values();
  }

  Optional<ConfigurationKey<?>> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  Optional<ConfigurationKey<?>> findByEnvironmentName(String name) {
    return Optional.ofNullable(byEnvironmentName.get(name));
  }

  /** Whether a key that this server doesn't know is another server's. */
  boolean isForeign(String name) {
    return foreignSections.stream().anyMatch(section -> name.startsWith(section + "."));
  }

  boolean isForeignEnvironmentName(String name) {
    return foreignSections.stream()
        .anyMatch(section -> name.startsWith(EnvironmentNames.of(section) + "_"));
  }

  /** The known name that {@code unknown} was most likely meant to be. */
  Optional<String> nearestName(String unknown) {
    return Spelling.nearest(unknown, byName.keySet());
  }

  Optional<String> nearestEnvironmentName(String unknown) {
    return Spelling.nearest(unknown, byEnvironmentName.keySet());
  }

  /** Collects keys; two keys of one name, also of one name in the environment, are an error. */
  public static final class Builder {
    private final List<ConfigurationKey<?>> keys = new ArrayList<>();
    private final Set<String> foreignSections = new LinkedHashSet<>();

    private Builder() {}

    @CanIgnoreReturnValue
    public Builder add(ConfigurationKey<?>... added) {
      keys.addAll(List.of(added));
      return this;
    }

    @CanIgnoreReturnValue
    public Builder addAll(Collection<? extends ConfigurationKey<?>> added) {
      keys.addAll(added);
      return this;
    }

    /**
     * Keys of this section in a file or the environment are another server's: not read, not
     * refused.
     */
    @CanIgnoreReturnValue
    public Builder foreignSection(String section) {
      foreignSections.add(section);
      return this;
    }

    public ConfigurationCatalogue build() {
      Map<String, ConfigurationKey<?>> byName = new LinkedHashMap<>();
      Map<String, ConfigurationKey<?>> byEnvironmentName = new LinkedHashMap<>();
      for (ConfigurationKey<?> key : keys) {
        if (byName.put(key.name(), key) != null
            || byEnvironmentName.put(key.environmentName(), key) != null) {
          throw new IllegalArgumentException("Declared twice: " + key);
        }
        try {
          Object unused = key.parse(key.defaultText());
        } catch (IllegalArgumentException invalid) {
          throw new IllegalArgumentException("The default of " + key + " is not allowed", invalid);
        }
      }
      return new ConfigurationCatalogue(byName, byEnvironmentName, Set.copyOf(foreignSections));
    }
  }
}
