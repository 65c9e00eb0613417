-- +goose Up
-- What a leader answered to the questionnaire, and what it says: the leader's alone, under the leader's key. Nothing of it
-- stands anywhere else.
CREATE TABLE psychometric_answers (
  ref TEXT PRIMARY KEY, instrument TEXT NOT NULL, version TEXT NOT NULL, answers_enc BYTEA NOT NULL, at TIMESTAMPTZ NOT NULL
);
CREATE TABLE psychometric_scores (
  ref TEXT PRIMARY KEY, instrument TEXT NOT NULL, version TEXT NOT NULL, scores_enc BYTEA NOT NULL, at TIMESTAMPTZ NOT NULL
);
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
