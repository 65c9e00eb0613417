-- +goose Up
-- Who may sign in to the console: by the address that the identity provider vouches for.
CREATE TABLE staff (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,                  -- folded
  role TEXT NOT NULL,
  added_real DATETIME NOT NULL,
  last_sign_in_real DATETIME
);
-- A session hangs on a record of staff, on an API token, or, where both are empty, on a one-time link.
ALTER TABLE staff_sessions ADD COLUMN staff_id TEXT NOT NULL DEFAULT '';
ALTER TABLE staff_sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';  -- in plain words
CREATE INDEX staff_sessions_expires ON staff_sessions (expires_real);
-- live, or test: a test token changes nothing.
ALTER TABLE api_tokens ADD COLUMN kind TEXT NOT NULL DEFAULT 'live';
-- Who let whom in and who came. Rows are only ever added, refer to nothing and so outlive what they describe.
CREATE TABLE audit_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_real DATETIME NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE INDEX audit_log_actor ON audit_log (actor, id);
CREATE INDEX audit_log_subject ON audit_log (subject, id);
CREATE INDEX audit_log_action ON audit_log (action, id);
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
