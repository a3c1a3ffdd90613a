"""The portal's tables. Dates and instants are São Paulo text, 'YYYY-MM-DD[ HH:MM:SS]', so that they sort."""

SCHEMA = """
CREATE TABLE companies (
    code TEXT PRIMARY KEY, legal_name TEXT, trade_name TEXT, listed_name TEXT, cnpj TEXT,
    uf TEXT, city TEXT, cep TEXT, street TEXT, district TEXT, extra TEXT
) WITHOUT ROWID;
CREATE TABLE accounts (company TEXT PRIMARY KEY, client_id TEXT UNIQUE, code TEXT, client_secret TEXT)
    WITHOUT ROWID;
CREATE TABLE users (
    company TEXT, cpf TEXT, name TEXT, is_active INT, may_act INT, may_attach INT, PRIMARY KEY (company, cpf)
) WITHOUT ROWID;
CREATE TABLE tokens (token TEXT PRIMARY KEY, company TEXT, expires_at TEXT) WITHOUT ROWID;
CREATE TABLE mediators (
    code TEXT PRIMARY KEY, name TEXT, trade_name TEXT, cnpj TEXT,
    uf TEXT, city TEXT, cep TEXT, street TEXT, district TEXT, extra TEXT
) WITHOUT ROWID;
CREATE TABLE cities (code INTEGER PRIMARY KEY, uf TEXT, name TEXT);
CREATE TABLE areas (code INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE subjects (code INTEGER PRIMARY KEY, area INT, name TEXT);
CREATE TABLE problems (code INTEGER PRIMARY KEY, name TEXT, problem_group TEXT);
CREATE TABLE subject_problems (subject INT, problem INT, weight INT, PRIMARY KEY (subject, problem)) WITHOUT ROWID;
CREATE TABLE consumers (
    id INTEGER PRIMARY KEY, cpf TEXT UNIQUE, name TEXT, search_name TEXT, born_on TEXT, emails TEXT, phones TEXT,
    uf TEXT, city_code INT, cep TEXT, street TEXT, district TEXT, extra TEXT
);
CREATE TABLE complaints (
    protocol TEXT PRIMARY KEY, company TEXT NOT NULL, consumer INT NOT NULL, mediator TEXT NOT NULL,
    situation INT NOT NULL, is_expired INT NOT NULL DEFAULT 0,
    opened_at TEXT NOT NULL, deadline TEXT NOT NULL, running_deadline TEXT, running_deadline_name TEXT,
    channel INT NOT NULL, area INT NOT NULL, subject INT NOT NULL, problem INT NOT NULL,
    rating INT, score INT, refused_on TEXT, reference TEXT
) WITHOUT ROWID;
CREATE INDEX complaints_by_company ON complaints (company, opened_at DESC, protocol DESC);
CREATE INDEX complaints_by_consumer ON complaints (consumer);
CREATE TABLE movements (
    protocol TEXT, code INT, type INT, at TEXT, side TEXT, author TEXT, texts TEXT, cpf TEXT,
    PRIMARY KEY (protocol, code)
) WITHOUT ROWID;
CREATE INDEX movements_by_instant ON movements (at, protocol, code);
CREATE TABLE files (sha TEXT PRIMARY KEY, content BLOB) WITHOUT ROWID;
CREATE TABLE attachments (
    protocol TEXT, movement INT, code INT, name TEXT, size INT, sha TEXT, PRIMARY KEY (protocol, movement, code)
) WITHOUT ROWID;
CREATE TABLE deferred_changes (id INTEGER PRIMARY KEY, due_at TEXT, change TEXT);
"""
