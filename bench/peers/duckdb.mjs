// DuckDB in process: one columnar table, categories as enums. Tags stand there twice, as a boolean column each and as a
// list; for each query the faster of the two counts. Statements are prepared before they are timed.
import { DuckDB } from './duckdb_session.mjs';
import { parseOptions, run } from './harness.mjs';
import { Translator, literalsOf, percentiles, queries, quotedList, usedTags } from './suite.mjs';

const categories = ['first_name', 'last_name', 'gender', 'country', 'city', 'language', 'source', 'plan', 'store'];
const columnOf = (tag) => `"tag ${tag}"`;

const shared = {
  flag: (field) => field,
  isNull: (field) => `${field} IS NULL`,
  number: (p) => `coalesce(${p}, false)::INTEGER`,
  // Enums are compared as numbers where the literals are cast, and as text where they are not.
  in: (field, values) => `${field} IN (${values.map((value) => `'${value}'::${field}_value`).join(', ')})`,
};
const booleans = new Translator({
  ...shared,
  tag: columnOf,
  any: (tags) => `(${tags.map(columnOf).join(' OR ')})`,
});
const lists = new Translator({
  ...shared,
  tag: (tag) => `list_contains(tags, '${tag}')`,
  any: (tags) => `list_has_any(tags, [${quotedList(tags)}])`,
});

const text = (fields) => fields.map((field) => `${field}::VARCHAR`).join(', ');

function sqlOf(translator, query, options) {
  const where = query.where && translator.where(query.where);
  if (where === null) return null;
  switch (query.task) {
    case 'count': return `SELECT count(*) FROM contacts WHERE ${where}`;
    case 'countMany':
      // Several times as fast as a hundred counts with a filter each over one scan.
      return translator.counts(query.wheres);
    case 'breakdown':
      return `SELECT ${text(query.fields)}, count(*) FROM contacts WHERE ${where} GROUP BY ${query.fields.join(', ')}`;
    case 'statistics': {
      const [field] = query.fields;
      const ranks = `[${percentiles.map((p) => p / 100).join(', ')}]`;
      return `SELECT n, missing, total, ${percentiles.map((_, i) => `q[${i + 1}]`).join(', ')} FROM (SELECT count(${field}) ` +
        `AS n, count(*) - count(${field}) AS missing, sum(${field}) AS total, quantile_disc(${field}, ${ranks}) AS q ` +
        `FROM contacts WHERE ${where})`;
    }
    case 'overlap': {
      // Grouping by eight booleans is faster than by a number made of them.
      const bits = query.wheres.map((p, i) => `${translator.where(p)} AS b${i}`).join(', ');
      const mask = query.wheres.map((_, i) => `${shared.number(`b${i}`)} * ${1 << i}`).join(' + ');
      return `SELECT ${mask} AS mask, sum(n)::BIGINT FROM (SELECT ${bits}, count(*) AS n FROM contacts GROUP BY ALL) ` +
        'GROUP BY mask';
    }
    default: {
      const list = `SELECT ${query.fields.join(', ')} FROM contacts WHERE ${where}`;
      return query.limit ? `${list} ORDER BY key LIMIT ${query.limit}` : `COPY (${list}) TO '${options.listFile}' (HEADER)`;
    }
  }
}

let duckdb;

const peer = {
  name: 'DuckDB',
  variants: [
    { name: 'tags as booleans', sql: (query, options) => sqlOf(booleans, query, options) },
    { name: 'tags as lists', sql: (query, options) => sqlOf(lists, query, options) },
  ],
  why: () => 'XXH3 is not among its functions',

  async load(options) {
    const { csv } = options;
    duckdb = await DuckDB.open(options);
    await duckdb.run(`CREATE TABLE loaded AS SELECT * REPLACE (coalesce(string_split(nullif(tags, ''), '|'), []) AS tags,
      coalesce(string_split(nullif(interests, ''), '|'), []) AS interests) FROM read_csv('${csv}', header = true,
      quote = '"', escape = '"', types = {'key': 'VARCHAR', 'email': 'VARCHAR', 'first_name': 'VARCHAR',
      'last_name': 'VARCHAR', 'gender': 'VARCHAR', 'country': 'VARCHAR', 'city': 'VARCHAR', 'language': 'VARCHAR',
      'birthday': 'DATE', 'signup': 'TIMESTAMP', 'last_visit': 'TIMESTAMP', 'source': 'VARCHAR', 'tags': 'VARCHAR',
      'interests': 'VARCHAR', 'plan': 'VARCHAR', 'newsletter': 'BOOLEAN', 'sms_consent': 'BOOLEAN',
      'ltv': 'DECIMAL(18,2)', 'orders': 'INTEGER', 'last_order': 'DATE', 'score': 'SMALLINT', 'note': 'VARCHAR',
      'store': 'VARCHAR'})`);
    for (const field of categories) {
      const literals = [`SELECT ${field} AS value FROM loaded`, ...literalsOf(field).map((value) => `SELECT '${value}'`)];
      await duckdb.run(`CREATE TYPE ${field}_value AS ENUM (SELECT DISTINCT value FROM (${literals.join(' UNION ALL ')})
        WHERE value IS NOT NULL ORDER BY 1)`);
    }
    const enums = categories.map((field) => `${field}::${field}_value AS ${field}`).join(', ');
    const tags = usedTags.map((tag) => `list_contains(tags, '${tag}') AS ${columnOf(tag)}`).join(', ');
    await duckdb.run(`CREATE TABLE contacts AS SELECT * REPLACE (${enums}), ${tags} FROM loaded`);
    await duckdb.run('DROP TABLE loaded');
    await duckdb.run('CHECKPOINT');
  },
  async version() { return (await this.rows('SELECT version()'))[0][0]; },
  async rows(sql) { return duckdb.rows(sql); },
  async close() { duckdb?.close(); },
};

await run(peer, queries, parseOptions());
