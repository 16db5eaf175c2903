// What the peers have in common: their command line, the timing, answers in the form of bench/answer.h, the report.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { percentiles } from './suite.mjs';

// Packages lie where setup.sh put them.
export const packages = createRequire(new URL('../../build/peers/', import.meta.url));

// node PEER.mjs --csv FILE --contacts N --out JSON --work DIR [--seconds S] [--threads N] [--query NAME]…
//
// Where `source` is data, a peer takes --data DIR instead of --csv FILE.
export function parseOptions(source = 'csv', words = process.argv.slice(2)) {
  const options = { seconds: 1, threads: 2, names: [] };
  for (let i = 0; i < words.length; i += 2) {
    const name = words[i].replace(/^--/, '');
    if (name === 'query') options.names.push(words[i + 1]);
    else options[name] = ['seconds', 'threads', 'contacts'].includes(name) ? Number(words[i + 1]) : words[i + 1];
  }
  for (const needed of [source, 'contacts', 'out', 'work']) {
    if (!options[needed]) throw new Error(`--${needed} is missing`);
  }
  rmSync(options.work, { recursive: true, force: true });
  mkdirSync(options.work, { recursive: true });
  options.listFile = join(options.work, 'list.csv');
  return options;
}

export const secondsSince = (start) => Number(process.hrtime.bigint() - start) / 1e9;

// Nearest rank, as bench/measure.h has it.
const percentile = (sorted, percent) => sorted[Math.max(Math.ceil((percent / 100) * sorted.length), 1) - 1];

export function summarize(micros) {
  const sorted = [...micros].sort((a, b) => a - b);
  return { runs: sorted.length, minimum: sorted[0], p50: percentile(sorted, 50), p90: percentile(sorted, 90),
    p99: percentile(sorted, 99) };
}

// Once untimed, then for `seconds`, at least three times.
async function measure(seconds, body) {
  await body();
  const micros = [];
  const begin = process.hrtime.bigint();
  while (micros.length < 3 || secondsSince(begin) < seconds) {
    const start = process.hrtime.bigint();
    await body();
    micros.push(Number(process.hrtime.bigint() - start) / 1e3);
  }
  return summarize(micros);
}

// FNV-1a of 32 bits.
function hashOf(bytes, begin, end) {
  let hash = 2166136261;
  for (let i = begin; i < end; ++i) hash = Math.imul(hash ^ bytes[i], 16777619);
  return hash >>> 0;
}

function linesOfList(bytes, hasHeader) {
  let begin = hasHeader ? bytes.indexOf(10) + 1 : 0;
  let rows = 0;
  let sum = 0;
  while (begin < bytes.length) {
    const end = bytes.indexOf(10, begin);
    sum = (sum + hashOf(bytes, begin, end)) >>> 0;
    ++rows;
    begin = end + 1;
  }
  return [`rows\t${rows}`, `checksum\t${sum}`];
}

// From the rows of a result (arrays of text) to an answer.
function answerOf(query, rows, peer, options) {
  switch (query.task) {
    case 'count': return [String(rows[0][0])];
    case 'countMany': return rows.flat().map((number, i) => `${i}\t${number}`);
    case 'statistics': {
      const names = ['count', 'missing', 'sum', ...percentiles.map((p) => `p${p}`)];
      return rows[0].map((value, i) => `${names[i]}\t${value}`);
    }
    case 'list': {
      if (query.limit) return linesOfList(Buffer.from(rows.map((row) => row.join(',') + '\n').join('')), false);
      const bytes = readFileSync(options.listFile);
      const tab = peer.tabbedLists ? 9 : -1;
      for (let i = bytes.indexOf(tab); tab >= 0 && i >= 0; i = bytes.indexOf(tab, i)) bytes[i] = 44;
      return linesOfList(bytes, !peer.tabbedLists);
    }
    default:
      if (query.task === 'overlap') rows = rows.filter(([mask]) => Number(mask) !== 0);
      return rows.map((row) => row.map((cell) => (cell === null || cell === '' ? '(no value)' : cell)).join('\t'))
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }
}

async function runVariant(peer, query, variant, options) {
  const sql = variant.sql(query, options);
  if (sql === null) return null;
  const rows = () => {
    if (query.task === 'list' && !query.limit) rmSync(options.listFile, { force: true });  // as Roster does
    return peer.rows(sql, variant);
  };
  const answer = answerOf(query, await rows(), peer, options);
  const time = peer.time ? await peer.time(sql, options.seconds, variant) : await measure(options.seconds, rows);
  return { variant: variant.name, answer, sql, ...time };
}

// All variants that can answer, the fastest first.
async function runQuery(peer, query, options) {
  await new Promise(setImmediate);  // a signal is seen only between turns of the event loop
  const ran = [];
  for (const variant of peer.variantsOf?.(query) ?? peer.variants) {
    const one = await runVariant(peer, query, variant, options);
    if (one !== null) ran.push(one);
  }
  if (ran.length === 0) return { name: query.name, class: query.class, skipped: peer.why(query) };
  ran.sort((a, b) => a.p50 - b.p50);
  const [best, ...others] = ran;
  for (const other of others) {
    if (other.answer.join('\n') === best.answer.join('\n')) continue;
    throw new Error(`${query.name}: ${best.variant} and ${other.variant} differ: ${best.answer.slice(0, 5)} and ` +
      `${other.answer.slice(0, 5)}`);
  }
  console.error(`${peer.name} ${query.name}: timed`);  // times are for compare.py, once answers agree
  return { name: query.name, class: query.class, ...best, others: others.map(({ variant, p50 }) => ({ variant, p50 })) };
}

// Loads a peer, asks it the queries of a suite and writes its report.
//
// A peer is {name, version, load(options), variants: [{name, sql(query, options)}], rows(sql, variant), time?(sql,
// seconds, variant), facts?(options), why?(query), close()}; or it has variantsOf(query), where each query has variants of
// its own. `sql` is null where a variant cannot answer a query, and `why` says why none can. Of several variants all
// answers must be the same, and the fastest counts. `facts` are what else the report holds. `close` is called whatever
// happened, also where `load` failed.
export async function run(peer, queries, options) {
  const end = async () => {
    await peer.close();
    rmSync(options.work, { recursive: true, force: true });
  };
  // Stopped from outside, no server is left behind.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => end().finally(() => process.exit(1)));
  try {
    const begin = process.hrtime.bigint();
    await peer.load(options);
    const report = { peer: peer.name, version: await peer.version(), contacts: options.contacts,
      threads: options.threads, loadSeconds: secondsSince(begin), ...await peer.facts?.(options), queries: [] };
    for (const query of queries) {
      if (options.names.length > 0 && !options.names.includes(query.name)) continue;
      report.queries.push(await runQuery(peer, query, options));
    }
    writeFileSync(options.out, JSON.stringify(report, null, 1) + '\n');
  } finally {
    await end();
  }
}
