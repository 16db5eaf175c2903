// DuckDB in process, for the peers made of it.
import { packages } from './harness.mjs';

const { DuckDBInstance } = packages('@duckdb/node-api');

// A database in the folder for work. Call close().
export class DuckDB {
  static async open({ work, threads }) {
    const instance = await DuckDBInstance.create(`${work}/contacts.duckdb`, { threads: String(threads) });
    const duckdb = new DuckDB();
    duckdb.connection = await instance.connect();
    return duckdb;
  }

  prepared = new Map();

  run(sql) { return this.connection.run(sql); }
  // Rows of a query as arrays of what JSON has. It is prepared once, unless it is one of those that DuckDB cannot prepare.
  async rows(sql, isPrepared = true) {
    if (!isPrepared) return (await this.connection.runAndReadAll(sql)).getRowsJson();
    if (!this.prepared.has(sql)) this.prepared.set(sql, await this.connection.prepare(sql));
    return (await this.prepared.get(sql).runAndReadAll()).getRowsJson();
  }
  close() { this.connection.closeSync(); }
}
