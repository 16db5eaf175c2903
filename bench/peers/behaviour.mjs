// The behaviour suite's queries and what both peers share of them. Names and classes are those of `roster bench --suite
// behaviour`. Conditions are SQL that ClickHouse and DuckDB take alike; where they differ, a dialect says how.
//
// Tables: `by_contact` and `by_time` hold the same events in two orders; `contacts` has number, key, country, newsletter,
// ltv and tag_newsletter; `products` has number, department and category. A contact's number is its key's digits, and a
// product's is its id's, 0 where an event has none. That is generous: whoever keeps the key itself pays for text.

export const eventTypes = ['visit', 'open', 'click', 'basket', 'purchase', 'consent'];
export const channels = ['web', 'app', 'store', 'email', 'push', ...['email', 'sms', 'push'].flatMap((means) =>
  [`${means}-given`, `${means}-withdrawn`])];
export const eventColumns = ['key', 'event', 'time', 'product', 'price', 'quantity', 'amount', 'promo', 'channel',
  'campaign'];

export const tables = [{ name: 'by contact', table: 'by_contact', order: 'event, contact, time' },
  { name: 'by time', table: 'by_time', order: 'event, time, contact' }];

export const contactsFile = (options) => `${options.data}/contacts-${options.contacts}.csv`;
export const fileOf = (options, name) => `${options.data}/behaviour-${options.contacts}/${name}.csv`;

// No event is later than now, so no query has to ask for that.
const now = Date.UTC(2026, 10, 1);
const daysAgo = (days) => `'${new Date(now - days * 86_400_000).toISOString().slice(0, 19).replace('T', ' ')}'`;

// The queries of a dialect, which is {is(column, value), among(column, values), hour, weekday}: comparisons of a category,
// and the hour and the weekday (1 is Monday) of `time`, all as SQL. A query's `shape` says what else it has:
//
//   did       contacts with one of `events`
//   never     contacts with none of them
//   having    contacts whose events of those satisfy the aggregate `having`
//   count     contacts with at least `least` of them
//   without   contacts with one of them, none of which satisfies `other`; the aggregate `having` says the same
//   last      contacts whose last event of them satisfies `last`
//   then      contacts with one of `events` that one of `next` follows within `within`
//   thenNot   contacts with one that none of `next` follows, where that time has passed by `passed`
//   all       contacts who satisfy `where`, did `events`, and whose events of `others` satisfy `having`
//   months    a breakdown of `events` of the contacts who satisfy `where`
export function queriesOf({ is, among, hour, weekday }) {
  const since = (days) => `time > ${daysAgo(days)}`;
  const events = (type, days, ...filters) => [is('event', type), ...(days ? [since(days)] : []), ...filters].join(' AND ');
  const product = (attribute, ...values) => `product IN (SELECT number FROM products WHERE ${among(attribute, values)})`;
  const groceries = product('department', 'GROCERY');
  const purchases = events('purchase');
  const query = (name, shape, what) =>
    ({ name, class: 'events', task: shape === 'months' ? 'breakdown' : 'count', shape, ...what });
  const summary = (name, shape, what) => ({ ...query(name, shape, what), class: 'summary' });
  const did = (name, what) => query(name, 'did', { events: what });
  const having = (name, what, aggregate) => query(name, 'having', { events: what, having: aggregate });
  const count = (name, least, what) => query(name, 'count', { events: what, least, having: `count(*) >= ${least}` });
  return [
    ...[7, 30, 365].map((days) => summary(`did-${days}-days`, 'did', { events: events('purchase', days) })),
    summary('never-did', 'never', { events: purchases }),
    summary('last-before-180', 'without', { events: purchases, other: since(180), having: `max(time) <= ${daysAgo(180)}` }),
    summary('first-in-60', 'without',
      { events: purchases, other: `time <= ${daysAgo(60)}`, having: `min(time) > ${daysAgo(60)}` }),

    count('count-3', 3, events('purchase', 365)),
    count('count-5-opens', 5, events('open', 30)),
    count('count-3-category', 3, events('purchase', 90, product('category', 'football', 'boots', 'dairy'))),
    count('count-2-channel', 2, events('purchase', 90, is('channel', 'web'))),
    having('sum-500', events('purchase', 90), 'sum(amount) > 500'),
    having('sum-department', events('purchase', 365, groceries), 'sum(amount) >= 200'),
    // Both peers' avg() is inexact.
    having('average-200', events('purchase', 365), 'sum(amount) > 200 * count(*)'),
    having('days-5', events('visit', 90), 'count(DISTINCT CAST(time AS DATE)) >= 5'),
    having('distinct-3', purchases, 'count(DISTINCT product) >= 3'),
    did('shoes-on-promotion',
      events('purchase', 90, product('department', 'SHOES'), 'promo', 'price BETWEEN 200 AND 500')),
    did('weekend-evenings', events('visit', 90, `${hour} BETWEEN 18 AND 22`, `${weekday} IN (6, 7)`)),
    query('sundays-only', 'without', { events: purchases, other: `${weekday} <> 7`, having: `min(${weekday}) = 7` }),
    query('last-in-store', 'last', { events: purchases, last: is('channel', 'store') }),
    query('basket-not-bought', 'thenNot',
      { events: events('basket'), next: purchases, within: 'INTERVAL 3 DAY', passed: `time <= ${daysAgo(3)}` }),
    // What follows an event of a window is not before the window.
    query('basket-then-bought', 'then',
      { events: events('basket', 90), next: events('purchase', 90), within: 'INTERVAL 3 DAY' }),
    query('behaviour-and-tags', 'all', { events: events('purchase', 90, groceries), others: events('open', 30),
      having: 'count(*) >= 2', where: 'tag_newsletter AND ltv > 100' }),
    query('revenue-by-month', 'months',
      { events: events('purchase', 365), where: `tag_newsletter AND ${is('country', 'PL')}` }),
  ];
}

// The variants of phrasings, each [what it is called, its SQL over a table, more of the variant], over each of the tables.
export const variantsOver = (phrasings) => phrasings.flatMap(([phrasing, sql, more]) =>
  tables.map(({ name, table }) => ({ name: `${phrasing}, ${name}`, sql: (_, options) => sql(table, options), ...more })));
