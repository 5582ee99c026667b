package io.plateau.cli.option;

import picocli.CommandLine.Option;

/** One page of a list. */
public final class ListOptions {
  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      description = "Such as: state=RUNNING AND labels.team=a. docs/api.md has the fields.")
  private String filter = "";

  @Option(names = "--order-by", paramLabel = "ORDER", description = "Such as: create_time desc")
  private String orderBy = "";

  @Option(names = "--page-size", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int pageSize = 50;

  @Option(names = "--page-token", paramLabel = "TOKEN", description = "From the page before.")
  private String pageToken = "";

  @Option(
      names = {"-o", "--output"},
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private OutputFormat output = OutputFormat.table;

  /** What to list. */
  public String filter() {
    return filter;
  }

  /** In which order. */
  public String orderBy() {
    return orderBy;
  }

  /** Entries of a page. */
  public int pageSize() {
    return pageSize;
  }

  /** Where the page begins. */
  public String pageToken() {
    return pageToken;
  }

  /** The form of the list. */
  public OutputFormat output() {
    return output;
  }

  /** Says on standard error how to go on, where a person reads. */
  public void sayNext(String nextPageToken) {
    if (output == OutputFormat.table && !nextPageToken.isEmpty()) {
      System.err.println("more: --page-token " + nextPageToken);
    }
  }
}
