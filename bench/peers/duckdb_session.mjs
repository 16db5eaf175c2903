// DuckDB in process, for the peers made of it.
import { packages } from './harness.mjs';

const { DuckDBInstance } = packages('@duckdb/node-api');

const usualPerfectBits = 12;  // DuckDB's own

// A database in the folder for work. Call close().
export class DuckDB {
  static async open({ work, threads }) {
    const instance = await DuckDBInstance.create(`${work}/contacts.duckdb`, { threads: String(threads) });
    const duckdb = new DuckDB();
    duckdb.connection = await instance.connect();
    return duckdb;
  }

  prepared = new Map();
  perfectBits = usualPerfectBits;

  run(sql) { return this.connection.run(sql); }
  // Rows of a query as arrays of what JSON has. It is prepared once, unless it is one that DuckDB cannot prepare.
  async rows(sql, { isPrepared = true, perfectBits = usualPerfectBits } = {}) {
    if (perfectBits !== this.perfectBits) {
      await this.run(`SET perfect_ht_threshold = ${perfectBits}`);
      this.perfectBits = perfectBits;
    }
    if (!isPrepared) return (await this.connection.runAndReadAll(sql)).getRowsJson();
    const known = `${perfectBits} ${sql}`;  // the plan follows from both
    if (!this.prepared.has(known)) this.prepared.set(known, await this.connection.prepare(sql));
    return (await this.prepared.get(known).runAndReadAll()).getRowsJson();
  }
  close() { this.connection.closeSync(); }
}
