-- Durable jobs. This SQL runs unchanged on PostgreSQL and on H2 in PostgreSQL mode.

-- One row a kind: locked while a job is added, so that the queue's bound is exact across replicas.
CREATE TABLE job_queues (
  kind VARCHAR(32) PRIMARY KEY
);

CREATE TABLE jobs (
  id                 VARCHAR(63) PRIMARY KEY,
  kind               VARCHAR(32) NOT NULL,
  request_id         VARCHAR(128),
  request_digest     BYTEA NOT NULL,
  parent             VARCHAR(63) REFERENCES jobs (id) ON DELETE CASCADE,
  priority           SMALLINT NOT NULL,
  state              VARCHAR(16) NOT NULL,
  -- What was asked of the worker of a running job: CANCEL or PAUSE.
  directive          VARCHAR(8),
  spec               BYTEA NOT NULL,
  progress_fraction  DOUBLE PRECISION NOT NULL,
  progress           BYTEA NOT NULL,
  result             BYTEA,
  error              BYTEA,
  -- The fence: a worker may write only while this is its own number.
  attempt            INTEGER NOT NULL,
  -- Attempts since the last event or progress: a job that kills its process is not run for ever.
  fruitless_attempts INTEGER NOT NULL,
  -- The attempt's last written batch, so that a write repeated after a lost answer adds nothing.
  batch              BIGINT NOT NULL,
  last_event         BIGINT NOT NULL,
  event_bytes        BIGINT NOT NULL,
  version            BIGINT NOT NULL,
  create_time        TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  queue_time         TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  start_time         TIMESTAMP(6) WITH TIME ZONE,
  end_time           TIMESTAMP(6) WITH TIME ZONE,
  -- Set with version.
  update_time        TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  CONSTRAINT jobs_request UNIQUE (kind, request_id)
);

CREATE INDEX jobs_by_time ON jobs (kind, create_time, id);
CREATE INDEX jobs_by_state ON jobs (kind, state);
CREATE INDEX jobs_by_parent ON jobs (parent);

CREATE TABLE job_labels (
  job_id      VARCHAR(63) NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  label_name  VARCHAR(63) NOT NULL,
  label_value VARCHAR(255) NOT NULL,
  PRIMARY KEY (job_id, label_name)
);

CREATE INDEX job_labels_by_value ON job_labels (label_name, label_value, job_id);

CREATE TABLE job_events (
  job_id       VARCHAR(63) NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  event_number BIGINT NOT NULL,
  event_time   TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  attempt      INTEGER NOT NULL,
  state        VARCHAR(16),
  payload      BYTEA NOT NULL,
  PRIMARY KEY (job_id, event_number)
);

-- db-scheduler's table, as its documentation gives it.
CREATE TABLE scheduled_tasks (
  task_name            VARCHAR(100) NOT NULL,
  task_instance        VARCHAR(100) NOT NULL,
  task_data            BYTEA,
  execution_time       TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  picked               BOOLEAN NOT NULL,
  picked_by            VARCHAR(50),
  last_success         TIMESTAMP(6) WITH TIME ZONE,
  last_failure         TIMESTAMP(6) WITH TIME ZONE,
  consecutive_failures INTEGER,
  last_heartbeat       TIMESTAMP(6) WITH TIME ZONE,
  version              BIGINT NOT NULL,
  priority             SMALLINT,
  PRIMARY KEY (task_name, task_instance)
);

CREATE INDEX scheduled_tasks_by_time ON scheduled_tasks (execution_time);
CREATE INDEX scheduled_tasks_by_heartbeat ON scheduled_tasks (last_heartbeat);
CREATE INDEX scheduled_tasks_by_priority ON scheduled_tasks (priority DESC, execution_time ASC);
