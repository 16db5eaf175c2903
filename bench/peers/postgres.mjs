// PostgreSQL in a cluster of its own, made in the working directory and removed at the end: a table with the tags as an
// array under a GIN index and btree indexes on what is compared. Times are psql's, over a local socket.
import { spawnSync } from 'node:child_process';
import { appendFileSync, chownSync, openSync, readdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { parseOptions, run, summarize } from './harness.mjs';
import { Translator, percentiles, queries, quotedList } from './suite.mjs';

const programs = join('/usr/lib/postgresql', readdirSync('/usr/lib/postgresql').sort((a, b) => b - a)[0], 'bin');

// A server refuses to run as root: then all of it is the unprivileged user's.
const isRoot = userInfo().uid === 0;
const user = isRoot ? 'postgres' : userInfo().username;

// `from` is text for its standard input, or an open file.
function command(words, from = '', environment = {}) {
  const line = isRoot ? ['runuser', '-u', user, '--', ...words] : words;
  const input = typeof from === 'string' ? { input: from } : { stdio: [from, 'pipe', 'pipe'] };
  const ran = spawnSync(line[0], line.slice(1), { ...input, encoding: 'utf8', maxBuffer: 1 << 30, cwd: '/',
    env: { ...process.env, ...environment } });
  if (ran.status !== 0) throw new Error(`${words.slice(0, 3).join(' ')}: ${ran.stderr || ran.error}`);
  return ran.stdout;
}

const translator = new Translator({
  tag: (tag) => `tags @> ARRAY['${tag}']`,
  any: (tags) => `tags && ARRAY[${quotedList(tags)}]`,
  flag: (field) => field,
  isNull: (field) => `${field} IS NULL`,
  number: (p) => `coalesce(${p}, false)::integer`,
});

const text = (field) => `coalesce(${field}, '(no value)')`;

// One query: of many counts a statement of as many sub-selects.
function sqlOf(query, options) {
  const where = query.where && translator.where(query.where);
  if (where === null) return null;
  switch (query.task) {
    case 'count': return `SELECT count(*) FROM contacts WHERE ${where}`;
    case 'countMany': return translator.counts(query.wheres);
    case 'breakdown':
      return `SELECT ${query.fields.map(text).join(', ')}, count(*) FROM contacts WHERE ${where} GROUP BY ` +
        query.fields.join(', ');
    case 'statistics': {
      const [field] = query.fields;
      const ranks = `ARRAY[${percentiles.map((p) => p / 100).join(', ')}]`;
      return `SELECT n, missing, total, ${percentiles.map((_, i) => `q[${i + 1}]`).join(', ')} FROM (SELECT count(${field}) ` +
        `AS n, count(*) - count(${field}) AS missing, sum(${field}) AS total, percentile_disc(${ranks}) WITHIN GROUP ` +
        `(ORDER BY ${field}) AS q FROM contacts WHERE ${where}) AS s`;
    }
    case 'overlap': return `SELECT ${translator.mask(query.wheres)} AS mask, count(*) FROM contacts GROUP BY mask`;
    default: {
      const list = `SELECT ${query.fields.join(', ')} FROM contacts WHERE ${where}`;
      return query.limit ? `${list} ORDER BY key LIMIT ${query.limit}`
        : `COPY (${list}) TO '${options.listFile}' (FORMAT csv, HEADER)`;
    }
  }
}

// A statement of its own for each of many counts, and all of them over one scan.
const separator = ';\n';
function statementsOf(query) {
  if (query.task !== 'countMany') return null;
  return query.wheres.map((p) => `SELECT count(*) FROM contacts WHERE ${translator.where(p)}`).join(separator);
}
function oneScanOf(query) {
  if (query.task !== 'countMany') return null;
  return `SELECT ${query.wheres.map((p) => `count(*) FILTER (WHERE ${translator.where(p)})`).join(', ')} FROM contacts`;
}

const settings = (threads) => [
  "listen_addresses = ''", 'shared_buffers = 2GB', 'work_mem = 256MB', 'maintenance_work_mem = 1GB',
  'effective_cache_size = 8GB', 'random_page_cost = 1.1', 'max_wal_size = 8GB', 'fsync = off',
  `max_parallel_workers_per_gather = ${threads - 1}`,
].join('\n') + '\n';

const table = `CREATE TABLE contacts (key text, email text, first_name text, last_name text, gender text, country text,
  city text, language text, birthday date, signup timestamptz, last_visit timestamptz, source text, tags text[],
  interests text[], plan text, newsletter boolean, sms_consent boolean, ltv numeric(18,2), orders integer,
  last_order date, score smallint, note text, store text);
CREATE UNLOGGED TABLE loaded (LIKE contacts);
ALTER TABLE loaded ALTER tags TYPE text USING null, ALTER interests TYPE text USING null;`;

const indexes = ['key', 'last_name', 'city', 'source', 'birthday', 'last_visit', 'ltv', 'orders', 'last_order', 'score'];

// A server over a directory; everything in it goes through psql.
class Cluster {
  constructor(work, threads) {
    if (isRoot) {
      const [uid, gid] = ['-u', '-g'].map((flag) => Number(command(['id', flag])));
      chownSync(work, uid, gid);
    }
    this.work = work;
    this.data = join(work, 'postgres');
    command([`${programs}/initdb`, '-D', this.data, '-E', 'UTF8', '--locale=C.UTF-8', '-A', 'trust']);
    appendFileSync(join(this.data, 'postgresql.conf'), settings(threads));
    this.control('start', '-o', `-k ${work}`, '-l', join(this.data, 'log'));
  }
  control(...words) { command([`${programs}/pg_ctl`, '-D', this.data, '-w', ...words]); }
  // What psql prints: rows with tabs between their cells. `settings` are those of the session.
  psql(script, words = [], settings = '') {
    return command([`${programs}/psql`, '-h', this.work, '-d', 'postgres', '-qAtX', '-F', '\t', '-v', 'ON_ERROR_STOP=1',
      ...words], script, { PGOPTIONS: settings });
  }
  rows(sql, settings) { return this.psql(`${sql};`, [], settings).split('\n').slice(0, -1).map((line) => line.split('\t')); }
}

let cluster;

const peer = {
  name: 'PostgreSQL',
  variants: [
    { name: 'GIN and btree indexes', sql: sqlOf },
    { name: 'the same, not compiled', sql: sqlOf, settings: '-c jit=off' },
    { name: 'a statement each, not compiled', sql: statementsOf, settings: '-c jit=off' },
    { name: 'one scan with filters, not compiled', sql: oneScanOf, settings: '-c jit=off' },
  ],
  why: () => 'XXH3 is not among its functions',

  async load({ csv, work, threads }) {
    cluster = new Cluster(work, threads);
    const split = (field) => `coalesce(string_to_array(${field}, '|'), '{}')`;
    const columns = 'key, email, first_name, last_name, gender, country, city, language, birthday, signup, last_visit, ' +
      `source, ${split('tags')}, ${split('interests')}, plan, newsletter, sms_consent, ltv, orders, last_order, score, ` +
      'note, store';
    cluster.psql(table);
    // The file as standard input: the server's user need not be able to open it.
    cluster.psql(openSync(csv), ['-c', 'COPY loaded FROM STDIN (FORMAT csv, HEADER)']);
    cluster.psql(`INSERT INTO contacts SELECT ${columns} FROM loaded;
      DROP TABLE loaded;
      CREATE INDEX ON contacts USING gin (tags);
      ${indexes.map((field) => `CREATE INDEX ON contacts (${field});`).join('\n')}
      VACUUM ANALYZE contacts;`);
  },
  async version() { return cluster.rows('SHOW server_version')[0][0]; },
  async rows(sql, { settings }) { return cluster.rows(sql, settings); },
  // psql's own clock around each statement, so that its start does not count.
  async time(sql, seconds, { settings }) {
    const statements = sql.split(separator).length;
    const took = (runs) => {
      const printed = cluster.psql('\\o /dev/null\n\\timing on\n' + `${sql};\n`.repeat(runs), [], settings);
      const micros = Array(runs).fill(0);
      [...printed.matchAll(/^Time: ([0-9.]+) ms/gm)].forEach((match, i) => {
        micros[Math.floor(i / statements)] += Number(match[1]) * 1e3;
      });
      return micros;
    };
    const first = took(1);  // the answer was asked for before, so nothing is cold but the connection
    const runs = Math.min(Math.ceil((seconds * 1e6) / first[0]), 10_000);
    return runs <= 3 ? summarize([...first, ...took(2)]) : summarize(took(runs + 1).slice(1));
  },
  async close() { cluster?.control('stop', '-m', 'immediate'); },
};

await run(peer, queries, parseOptions());
