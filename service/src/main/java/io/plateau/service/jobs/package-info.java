/**
 * Durable jobs: a queue, its workers and the events of each job, in a relational database that any
 * number of replicas share.
 *
 * <p>A job's specification, events and result are bytes of the caller. {@link
 * io.plateau.service.jobs.JobStore} keeps jobs and takes requests, {@link
 * io.plateau.service.jobs.JobScheduler} runs them by a {@link io.plateau.service.jobs.JobHandler},
 * and {@link io.plateau.service.jobs.JobWatch} follows their events.
 *
 * <p>May import {@code io.plateau.service.database} and {@code listing}, Jdbi, db-scheduler and
 * protobuf's {@code ByteString}; knows no gRPC and no message of Plateau.
 */
package io.plateau.service.jobs;
