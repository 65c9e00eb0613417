-- +goose Up
-- Where a leader wants the questionnaire, the report and the surveys, and nothing else: the leader's key. suppressed is this
-- address's own, as that of people is of the usual one.
CREATE TABLE private_addresses (
  person_id TEXT PRIMARY KEY REFERENCES people(id),
  address_enc BYTEA NOT NULL,
  suppressed TEXT NOT NULL DEFAULT '',         -- code, empty: mail goes
  at TIMESTAMPTZ NOT NULL
);
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
