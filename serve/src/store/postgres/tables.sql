-- The tables of the service in PostgreSQL. Times are milliseconds since 1970 by the clock of the database; states are
-- the numbers of `State`; what people wrote is bytes (UTF-8), as a text of PostgreSQL has no NUL.

CREATE FUNCTION now_ms() RETURNS bigint LANGUAGE sql VOLATILE PARALLEL SAFE
  AS $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint $$;

CREATE TABLE about(version integer NOT NULL);

CREATE TABLE jobs(
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  id uuid PRIMARY KEY,
  created bigint NOT NULL,
  expires bigint NOT NULL,
  posted bigint NOT NULL,
  finished bigint,
  version bigint,
  state smallint NOT NULL DEFAULT 0,
  tries smallint NOT NULL DEFAULT 0,
  task text NOT NULL,
  model text NOT NULL,
  asked text NOT NULL,
  text bytea,
  result text,
  reason text,
  repeat_key bytea,
  request bytea
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 1);
CREATE INDEX jobs_open ON jobs(expires, created) WHERE state < 2;
CREATE UNIQUE INDEX jobs_repeat ON jobs(repeat_key) WHERE repeat_key IS NOT NULL;

CREATE TABLE batches(
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  created bigint NOT NULL,
  expires bigint NOT NULL,
  touched bigint NOT NULL,
  finished bigint,
  rows bigint NOT NULL,
  rows_done bigint NOT NULL DEFAULT 0,
  changed bigint NOT NULL DEFAULT 0,
  failed bigint NOT NULL DEFAULT 0,
  first_version bigint,
  last_version bigint,
  state smallint NOT NULL,
  model text NOT NULL,
  name bytea NOT NULL,
  format text NOT NULL,
  head bytea NOT NULL,
  reason text,
  repeat_key bytea,
  request bytea
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_threshold = 1000);
CREATE INDEX batches_state ON batches(state);
CREATE UNIQUE INDEX batches_repeat ON batches(repeat_key) WHERE repeat_key IS NOT NULL;

CREATE TABLE pieces(
  batch bigint NOT NULL,
  first bigint NOT NULL,
  rows bigint NOT NULL,
  posted bigint NOT NULL,
  version bigint,
  state smallint NOT NULL DEFAULT 0,
  tries smallint NOT NULL DEFAULT 0,
  model text NOT NULL,
  text text,
  answer bytea,
  PRIMARY KEY(batch, first)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 5000);

-- What is to be sent to the queue: ids of jobs (kind 0), or places of pieces of a batch (kind 1). Rows are
-- short-lived.
CREATE TABLE outbox(
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  created bigint NOT NULL,
  expires bigint,
  batch bigint,
  kind smallint NOT NULL,
  model text NOT NULL,
  ids uuid[],
  firsts bigint[]
) WITH (toast_tuple_target = 8160, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
  autovacuum_vacuum_cost_delay = 0);

CREATE TABLE feedback(
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  job uuid NOT NULL,
  created bigint NOT NULL,
  version bigint,
  gap bigint,
  client text NOT NULL,
  source text NOT NULL,
  verdict text NOT NULL,
  task text NOT NULL,
  model text NOT NULL,
  text bytea NOT NULL,
  answer bytea NOT NULL,
  word bytea,
  sentence bytea
);
CREATE INDEX feedback_created ON feedback(created);
CREATE UNIQUE INDEX feedback_job ON feedback(job, client, source);

CREATE TABLE versions(
  model text NOT NULL,
  version bigint NOT NULL,
  hash text NOT NULL,
  published bigint NOT NULL,
  change text NOT NULL,
  compare text,
  PRIMARY KEY(model, version)
);

-- Each process adds to rows of its own slot, so that none waits for another.
CREATE TABLE counts(
  day bigint NOT NULL,
  version bigint NOT NULL,
  texts bigint NOT NULL,
  state smallint NOT NULL,
  slot smallint NOT NULL,
  task text NOT NULL,
  model text NOT NULL,
  PRIMARY KEY(day, task, model, version, state, slot)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

-- Written to see whether writes are taken.
CREATE TABLE probe(n bigint NOT NULL) WITH (fillfactor = 50);
INSERT INTO probe VALUES(0);

-- Models that were published, in pieces by the place of their first byte.
CREATE TABLE models(
  model text NOT NULL,
  version bigint NOT NULL,
  size bigint NOT NULL,
  checksum text NOT NULL,
  PRIMARY KEY(model, version)
);
CREATE TABLE model_pieces(
  model text NOT NULL,
  version bigint NOT NULL,
  at bigint NOT NULL,
  bytes bytea NOT NULL,
  PRIMARY KEY(model, version, at)
);
ALTER TABLE model_pieces ALTER bytes SET STORAGE EXTERNAL;

-- Workers that were there lately.
CREATE TABLE workers(
  id uuid PRIMARY KEY,
  threads integer NOT NULL,
  seen bigint NOT NULL,
  started bigint NOT NULL,
  texts bigint NOT NULL,
  predicting_ms bigint NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- The last comparison of the traffic with the reference; a single row.
CREATE TABLE drift(
  one boolean PRIMARY KEY DEFAULT true CHECK(one),
  at bigint NOT NULL,
  view text NOT NULL
);
