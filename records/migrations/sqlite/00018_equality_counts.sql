-- +goose Up
-- Equality answers are counts of a cohort and nothing else: a row for each answer would stand in the order, and in the
-- transaction, in which somebody gave it. All counts of a cohort are written together, in the order of the form.
CREATE TABLE equality_counts (
  cohort TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL,
  n INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (cohort, question, answer)
);
INSERT INTO equality_counts (cohort, question, answer, n)
  SELECT cohort, question, answer, COUNT(*) FROM monitoring GROUP BY cohort, question, answer ORDER BY cohort, question, answer;
DROP TABLE monitoring;
-- The form in which somebody was asked the equality questions, whatever they said; empty: not asked yet.
ALTER TABLE journeys ADD COLUMN equality_asked TEXT NOT NULL DEFAULT '';
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
