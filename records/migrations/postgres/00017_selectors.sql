-- +goose Up
-- The organisations a selector belongs to, parted by semicolons; empty: not known, nothing is assigned to them.
ALTER TABLE staff ADD COLUMN organisations TEXT NOT NULL DEFAULT '';
-- How many selectors each application of a cohort is to have. Its row is held while applications are assigned.
CREATE TABLE scorings (
  cohort TEXT PRIMARY KEY REFERENCES cohorts(name),
  selectors_each INTEGER NOT NULL CHECK (selectors_each > 0)
);
-- An application in the hands of a selector: who could read it, who scored it, who declared a conflict.
CREATE TABLE assignments (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cohort TEXT NOT NULL, ref TEXT NOT NULL REFERENCES journeys(ref),
  selector TEXT NOT NULL,                      -- people.id
  state TEXT NOT NULL, by_whom TEXT NOT NULL,
  since TIMESTAMPTZ NOT NULL, due TIMESTAMPTZ NOT NULL, done_at TIMESTAMPTZ,
  scores_enc BYTEA, note_enc BYTEA,              -- with the applicant's key
  version BIGINT NOT NULL DEFAULT 1,
  UNIQUE (ref, selector)
);
CREATE INDEX assignments_cohort ON assignments (cohort, state, ref);
CREATE INDEX assignments_selector ON assignments (selector, state, due);
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
