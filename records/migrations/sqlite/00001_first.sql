-- +goose Up
-- Dialect: see the twin of this file; the numbers are the same. Times are programme time in UTC unless the column ends in _real.
CREATE TABLE clocks (
  id INTEGER PRIMARY KEY CHECK (id = 1),       -- a data folder has one clock
  day_ns BIGINT NOT NULL,                      -- 0: the real clock
  start_at DATETIME, began_real DATETIME
);
CREATE TABLE cohorts (
  name TEXT PRIMARY KEY,
  blueprint TEXT NOT NULL,
  starts_on TEXT NOT NULL,                     -- YYYY-MM-DD, London
  route TEXT NOT NULL,
  places INTEGER NOT NULL CHECK (places > 0),
  places_held INTEGER NOT NULL DEFAULT 0 CHECK (places_held >= 0 AND places_held <= places),
  owner TEXT NOT NULL DEFAULT '', deputy TEXT NOT NULL DEFAULT '',
  signatory TEXT NOT NULL DEFAULT '', contact TEXT NOT NULL DEFAULT '',
  overrides TEXT NOT NULL DEFAULT '{}',        -- JSON
  openings TEXT NOT NULL DEFAULT '{}',         -- JSON
  joining_closed BOOLEAN NOT NULL DEFAULT FALSE,
  launched_at DATETIME, created_at DATETIME NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE TABLE people (
  id TEXT PRIMARY KEY,                         -- opaque
  email TEXT NOT NULL, email_folded TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL DEFAULT '', given_name TEXT NOT NULL DEFAULT '', family_name TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL, phone TEXT NOT NULL DEFAULT '',
  suppressed TEXT NOT NULL DEFAULT '',         -- code, empty: mail goes
  link_epoch INTEGER NOT NULL DEFAULT 1,       -- raised by change-email: every older link and session is dead
  created_at DATETIME NOT NULL
);
CREATE TABLE journeys (
  ref TEXT PRIMARY KEY,
  cohort TEXT NOT NULL REFERENCES cohorts(name),
  person_id TEXT NOT NULL REFERENCES people(id),
  state TEXT NOT NULL,
  held_state TEXT NOT NULL DEFAULT '', held_from DATETIME,
  continues TEXT NOT NULL DEFAULT '',
  priority INTEGER NOT NULL DEFAULT 0, position INTEGER NOT NULL DEFAULT 0, -- position: order in the spreadsheet
  grp TEXT NOT NULL DEFAULT '',
  place_held BOOLEAN NOT NULL DEFAULT FALSE,
  started BOOLEAN NOT NULL DEFAULT FALSE,       -- its workflow exists, or a launch is about to start it
  launch_op TEXT NOT NULL DEFAULT '',          -- the launch that takes it along
  start_confirmed BOOLEAN NOT NULL DEFAULT FALSE,
  attention TEXT NOT NULL DEFAULT '',
  job_title TEXT NOT NULL DEFAULT '', organisation TEXT NOT NULL DEFAULT '', sector TEXT NOT NULL DEFAULT '',
  region TEXT NOT NULL DEFAULT '', role_started TEXT NOT NULL DEFAULT '',
  assistant_id TEXT NOT NULL DEFAULT '',       -- people.id, empty: none
  assistant_may TEXT NOT NULL DEFAULT '',
  first_message_id TEXT NOT NULL DEFAULT '',   -- References of later mails
  import_hash TEXT NOT NULL DEFAULT '',        -- of the spreadsheet's row as last imported: the same row again changes nothing
  created_at DATETIME NOT NULL,
  version BIGINT NOT NULL DEFAULT 1,
  UNIQUE (cohort, person_id)
);
CREATE INDEX journeys_cohort ON journeys (cohort, ref);
CREATE INDEX journeys_cohort_state ON journeys (cohort, state, ref);
CREATE INDEX journeys_state ON journeys (state, ref);
CREATE INDEX journeys_person ON journeys (person_id);
CREATE INDEX journeys_launch ON journeys (launch_op, ref);
CREATE TABLE journey_words (                   -- what a journey is found by: the words of its names, organisation, address and reference
  word TEXT NOT NULL, ref TEXT NOT NULL REFERENCES journeys(ref),
  PRIMARY KEY (word, ref)
);
CREATE INDEX journey_words_ref ON journey_words (ref);
CREATE TABLE stages (
  ref TEXT NOT NULL REFERENCES journeys(ref),
  name TEXT NOT NULL,
  cohort TEXT NOT NULL,
  kind TEXT NOT NULL, position INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'not_open',
  round INTEGER NOT NULL DEFAULT 0,
  waiting_on TEXT NOT NULL DEFAULT '', since DATETIME,
  opens_at DATETIME, due DATETIME, limit_at DATETIME,
  overdue BOOLEAN NOT NULL DEFAULT FALSE,
  attention TEXT NOT NULL DEFAULT '',
  closed_at DATETIME, outcome TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (ref, name)
);
CREATE INDEX stages_cohort ON stages (cohort, name, state);
CREATE INDEX stages_open_due ON stages (state, due);
CREATE INDEX stages_open_name ON stages (name, ref) WHERE state = 'open';
CREATE INDEX stages_open_owner ON stages (waiting_on, ref) WHERE state = 'open';
CREATE INDEX stages_open_overdue ON stages (ref) WHERE state = 'open' AND overdue;
CREATE TABLE asks (
  id TEXT PRIMARY KEY,                         -- ref/stage/round
  cohort TEXT NOT NULL, ref TEXT NOT NULL REFERENCES journeys(ref), stage TEXT NOT NULL,
  kind TEXT NOT NULL, round INTEGER NOT NULL, plan INTEGER NOT NULL,
  form TEXT NOT NULL, person_id TEXT NOT NULL,
  state TEXT NOT NULL, owner TEXT NOT NULL,
  opened_at DATETIME NOT NULL, request_at DATETIME NOT NULL, due DATETIME NOT NULL, limit_at DATETIME NOT NULL,
  since DATETIME NOT NULL,
  answered_at DATETIME, held BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX asks_ref ON asks (ref, stage);
CREATE TABLE messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL UNIQUE,
  cohort TEXT NOT NULL, ref TEXT NOT NULL DEFAULT '', stage TEXT NOT NULL DEFAULT '',
  message TEXT NOT NULL, round INTEGER NOT NULL DEFAULT 0, plan INTEGER NOT NULL DEFAULT 0, rung INTEGER NOT NULL DEFAULT 0,
  ask TEXT NOT NULL DEFAULT '',                -- asks.id, empty: no ask
  person_id TEXT NOT NULL,                     -- who gets it
  recipient TEXT NOT NULL,                     -- participant, assistant or staff
  rule TEXT NOT NULL, at DATETIME NOT NULL,
  state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
  lead_key TEXT NOT NULL DEFAULT '',           -- the mail that carries it; its own key when it leads
  message_id TEXT NOT NULL DEFAULT '',
  template_version TEXT NOT NULL DEFAULT '',
  attempts INTEGER NOT NULL DEFAULT 0,
  attempted_at DATETIME, sent_at DATETIME,
  server_code INTEGER NOT NULL DEFAULT 0, queue_id TEXT NOT NULL DEFAULT '',
  may_repeat BOOLEAN NOT NULL DEFAULT FALSE,
  subject_enc BLOB, text_enc BLOB, html_enc BLOB, -- as it went out, link masked; the person's key
  token_enc BLOB,                            -- of the link, until the relay accepts or refuses for good
  params TEXT NOT NULL DEFAULT '{}',           -- JSON of codes and references the template needs; never personal
  created_at DATETIME NOT NULL
);
CREATE INDEX messages_person_at ON messages (person_id, state, at);
CREATE INDEX messages_ref ON messages (ref, at);
CREATE INDEX messages_ask ON messages (ask, state);
CREATE INDEX messages_cohort_state ON messages (cohort, state);
CREATE TABLE mail_days (                       -- one scheduled mail a person a day: the claim
  person_id TEXT NOT NULL, day TEXT NOT NULL,
  lead_key TEXT NOT NULL, claimed_real DATETIME NOT NULL,
  PRIMARY KEY (person_id, day)
);
CREATE TABLE links (
  hash TEXT PRIMARY KEY,                       -- SHA-256 of the token, hex
  purpose TEXT NOT NULL, cohort TEXT NOT NULL DEFAULT '', ref TEXT NOT NULL DEFAULT '', stage TEXT NOT NULL DEFAULT '',
  ask TEXT NOT NULL DEFAULT '', person_id TEXT NOT NULL, epoch INTEGER NOT NULL,
  message_key TEXT NOT NULL DEFAULT '',
  expires_at DATETIME, replaced BOOLEAN NOT NULL DEFAULT FALSE, created_at DATETIME NOT NULL
);
CREATE INDEX links_ask ON links (ask);
CREATE INDEX links_person ON links (person_id, ref);
CREATE TABLE feeds (                           -- the private calendar feed: its token must be shown again
  ref TEXT PRIMARY KEY, person_id TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, token_enc BLOB NOT NULL
);
CREATE TABLE visits (                          -- a browser that came by a private link
  hash TEXT PRIMARY KEY, created_real DATETIME NOT NULL, expires_real DATETIME NOT NULL
);
CREATE TABLE visit_grants (
  visit TEXT NOT NULL, ref TEXT NOT NULL, person_id TEXT NOT NULL, epoch INTEGER NOT NULL, part TEXT NOT NULL, -- participant or assistant
  PRIMARY KEY (visit, ref, part)
);
CREATE TABLE submissions (
  id TEXT PRIMARY KEY,
  ask TEXT NOT NULL, cohort TEXT NOT NULL, ref TEXT NOT NULL, stage TEXT NOT NULL, form TEXT NOT NULL,
  answers_enc BLOB NOT NULL,
  by_whom TEXT NOT NULL, given_by_enc BLOB, how TEXT NOT NULL DEFAULT '',
  change BOOLEAN NOT NULL DEFAULT FALSE, at DATETIME NOT NULL
);
CREATE INDEX submissions_ask ON submissions (ask, at);
CREATE TABLE drafts (                          -- a form saved on the way
  ask TEXT NOT NULL, section TEXT NOT NULL, answers_enc BLOB NOT NULL, complete BOOLEAN NOT NULL DEFAULT FALSE, at DATETIME NOT NULL,
  PRIMARY KEY (ask, section)
);
CREATE TABLE consents (
  ref TEXT NOT NULL, purpose TEXT NOT NULL, given BOOLEAN NOT NULL, notice TEXT NOT NULL DEFAULT '', source TEXT NOT NULL, at DATETIME NOT NULL,
  PRIMARY KEY (ref, purpose)
);
CREATE TABLE needs (                           -- may reveal health or religion: its own table, few eyes
  ref TEXT PRIMARY KEY, needs_enc BLOB NOT NULL, by_whom TEXT NOT NULL, at DATETIME NOT NULL
);
CREATE TABLE coaching_preferences (ref TEXT PRIMARY KEY, preferences_enc BLOB NOT NULL, at DATETIME NOT NULL);
CREATE TABLE monitoring (                      -- equality monitoring: nothing here leads to a person
  id TEXT PRIMARY KEY, cohort TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL, month TEXT NOT NULL
);
CREATE TABLE survey_answers (                  -- under a research pseudonym, dates to the month
  pseudonym TEXT NOT NULL, cohort TEXT NOT NULL, survey TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL, month TEXT NOT NULL,
  PRIMARY KEY (pseudonym, survey, question)
);
CREATE TABLE directory_entries (
  ref TEXT PRIMARY KEY, joined BOOLEAN NOT NULL, shown TEXT NOT NULL DEFAULT '', interests TEXT NOT NULL DEFAULT '', -- codes joined by commas
  news BOOLEAN NOT NULL DEFAULT FALSE, certificate_name_enc BLOB, at DATETIME NOT NULL
);
CREATE TABLE outbox (
  id TEXT PRIMARY KEY,                         -- also the request id of the signal
  workflow_id TEXT NOT NULL, signal TEXT NOT NULL, body TEXT NOT NULL,
  start TEXT NOT NULL DEFAULT '',              -- 'cohort' or 'journey': what to start when it does not run, else empty
  created_real DATETIME NOT NULL, done_real DATETIME, result TEXT NOT NULL DEFAULT ''
);
CREATE INDEX outbox_open ON outbox (done_real, created_real);
CREATE TABLE commands (
  id TEXT PRIMARY KEY,                         -- also the update id
  name TEXT NOT NULL, cohort TEXT NOT NULL, ref TEXT NOT NULL, stage TEXT NOT NULL DEFAULT '',
  reason TEXT NOT NULL, actor TEXT NOT NULL,
  codes TEXT NOT NULL,                         -- JSON of the Order
  personal_enc BLOB,                         -- note, address, answers, details; the person's key
  state TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT '', -- JSON of the Effect, or of the refusal
  at DATETIME NOT NULL, created_real DATETIME NOT NULL, done_real DATETIME
);
CREATE INDEX commands_open ON commands (state, created_real);
CREATE INDEX commands_ref ON commands (ref);
CREATE TABLE moves (                           -- never changed; no foreign keys, so they outlive what they describe
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  cohort TEXT NOT NULL, ref TEXT NOT NULL, stage TEXT NOT NULL DEFAULT '',
  from_state TEXT NOT NULL, to_state TEXT NOT NULL, what TEXT NOT NULL, actor TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '', note_enc BLOB, at DATETIME NOT NULL
);
CREATE INDEX moves_ref ON moves (ref, id);
CREATE TABLE tasks (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  cohort TEXT NOT NULL, ref TEXT NOT NULL DEFAULT '', stage TEXT NOT NULL DEFAULT '', code TEXT NOT NULL,
  dedupe TEXT NOT NULL UNIQUE,                 -- ask id and code: one task for one cause
  owner TEXT NOT NULL, deputy TEXT NOT NULL DEFAULT '',
  opened_at DATETIME NOT NULL, escalate_at DATETIME NOT NULL, escalated_at DATETIME,
  done_at DATETIME, done_by TEXT NOT NULL DEFAULT '', note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX tasks_open ON tasks (cohort, id) WHERE done_at IS NULL;
CREATE INDEX tasks_all_open ON tasks (id) WHERE done_at IS NULL;
CREATE INDEX tasks_cohort ON tasks (cohort, id);
CREATE INDEX tasks_ref ON tasks (ref, id);
CREATE INDEX tasks_escalate ON tasks (cohort, escalate_at) WHERE done_at IS NULL AND escalated_at IS NULL;
CREATE TABLE operations (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, cohort TEXT NOT NULL DEFAULT '', ref TEXT NOT NULL DEFAULT '',
  at DATETIME NOT NULL,
  state TEXT NOT NULL, total INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0, failed INTEGER NOT NULL DEFAULT 0,
  created_real DATETIME NOT NULL, finished_real DATETIME
);
CREATE INDEX operations_running ON operations (cohort, created_real) WHERE state = 'running';
CREATE TABLE api_tokens (
  id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, prefix TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,
  created_real DATETIME NOT NULL, expires_real DATETIME, last_used_real DATETIME, revoked_real DATETIME
);
CREATE TABLE sign_ins (                        -- one-time links to the console
  hash TEXT PRIMARY KEY, role TEXT NOT NULL, name TEXT NOT NULL, created_real DATETIME NOT NULL, expires_real DATETIME NOT NULL, used_real DATETIME
);
CREATE TABLE staff_sessions (
  hash TEXT PRIMARY KEY, role TEXT NOT NULL, name TEXT NOT NULL, created_real DATETIME NOT NULL, expires_real DATETIME NOT NULL, seen_real DATETIME NOT NULL
);
CREATE TABLE idempotency (
  caller TEXT NOT NULL, route TEXT NOT NULL, key TEXT NOT NULL, body_hash TEXT NOT NULL,
  status INTEGER NOT NULL DEFAULT 0,           -- 0: in flight
  content_type TEXT NOT NULL DEFAULT '', body BLOB, location TEXT NOT NULL DEFAULT '', created_real DATETIME NOT NULL,
  PRIMARY KEY (caller, route, key)
);
CREATE INDEX idempotency_created ON idempotency (created_real);
-- +goose Down
-- Going back is a restore: see docs/runbooks/restore.md.
SELECT 1;
