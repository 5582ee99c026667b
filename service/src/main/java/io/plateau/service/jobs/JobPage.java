package io.plateau.service.jobs;

import java.util.List;

/**
 * A page of a list.
 *
 * @param jobs in the order asked for
 * @param nextPageToken empty on the last page
 */
public record JobPage(List<Job> jobs, String nextPageToken) {
  public JobPage {
    jobs = List.copyOf(jobs);
  }
}
