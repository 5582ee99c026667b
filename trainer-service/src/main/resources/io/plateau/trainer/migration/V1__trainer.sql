-- The trainer's own tables, beside those of its jobs. This SQL runs unchanged on PostgreSQL and on H2 in PostgreSQL mode.

-- What a training's specification led to when it was asked for.
CREATE TABLE trainings (
  job_id   VARCHAR(63) PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
  -- A plateau.trainer.v1.Training with nothing but the network and the data sets.
  resolved BYTEA NOT NULL
);

-- An index over the manifests of the checkpoint store, which are the truth.
CREATE TABLE pairs (
  id          VARCHAR(63) PRIMARY KEY,
  training    VARCHAR(63),
  create_time TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  bytes       BIGINT NOT NULL,
  etag        VARCHAR(64) NOT NULL,
  -- A plateau.trainer.v1.CheckpointPair in the basic view.
  summary     BYTEA NOT NULL
);

CREATE INDEX pairs_by_time ON pairs (create_time, id);
CREATE INDEX pairs_by_training ON pairs (training);

CREATE TABLE pair_labels (
  pair_id     VARCHAR(63) NOT NULL REFERENCES pairs (id) ON DELETE CASCADE,
  label_name  VARCHAR(63) NOT NULL,
  label_value VARCHAR(255) NOT NULL,
  PRIMARY KEY (pair_id, label_name)
);

CREATE INDEX pair_labels_by_value ON pair_labels (label_name, label_value, pair_id);
