// ClickHouse in process, for the peers made of it.
import { packages } from './harness.mjs';

const { Session } = packages('chdb');

// Not closed by the garbage collector: call close().
export class ClickHouse {
  constructor({ work, threads }) {
    this.session = new Session(`${work}/clickhouse`);
    this.settings = ` SETTINGS max_threads = ${threads}, output_format_decimal_trailing_zeros = 1` +
      ', engine_file_truncate_on_insert = 1';
  }
  run(sql) { return this.session.query(sql, 'TabSeparatedRaw'); }
  // Rows of a query as arrays of text. No cell of the suites' answers holds a tab or a line's end. `more` are further
  // settings, such as ', name = 1'.
  rows(sql, more = '') {
    return this.run(sql + this.settings + more).split('\n').slice(0, -1).map((line) => line.split('\t'));
  }
  close() { this.session.close(); }
}
