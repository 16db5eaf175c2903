// The audience suite's queries (bench/queries.cpp) as trees that every peer puts into its own SQL. The names are those
// of `roster bench`, and so are the answers.
//
// A predicate is one of: {tag} {any: [tags]} {all: [p…]} {or: [p…]} {not: p} {field, in: [values]} {flag}
// {field, above} {field, from} {field, between: [low, high]} {isNull: field} {atLeast, of: [p…]} {field, endsWith}
// {field, contains} {bucket, below}. Numbers and days are text.

const tag = (name) => ({ tag: name });
const any = (...tags) => ({ any: tags });
const all = (...operands) => ({ all: operands });
const not = (operand) => ({ not: operand });
const is = (field, ...values) => ({ field, in: values });
const flag = (field) => ({ flag: field });
const above = (field, number) => ({ field, above: number });
const from = (field, value) => ({ field, from: value });
const between = (field, low, high) => ({ field, between: [low, high] });

export const ruleTags = [
  'newsletter', 'klient', 'active', 'mobile-app', 'sms', 'promo',
  'vip', 'покупатель', 'abandoned-cart', 'returning', 'urodziny', 'loyalty',
];
const ruleCities = [
  'Warszawa', 'New York', 'Москва', 'Kraków', 'Łódź', 'Санкт-Петербург', 'London', 'Wrocław', 'Los Angeles',
  'Новосибирск',
];
const rareTags = [
  'abandoned-cart', 'returning', 'urodziny', 'loyalty', 'webinar', 'b2b', 'reklamacja', 'скидка', 'gift-card', 'survey',
  'wholesale', 'blacklist', 'ambasador', 'press', 'beta-tester', 'staff',
];
// All tags that a query names: those that a peer may keep as columns.
export const usedTags = [...new Set([...ruleTags, ...rareTags])];

// The hundred saved segments: savedRule() of bench/queries.cpp.
function savedRule(i) {
  const one = tag(ruleTags[i % 12]);
  const other = ruleTags[(5 * i + 3) % 12];
  const city = (step) => ruleCities[(i + step) % 10];
  switch (Math.floor(i / 12) % 4) {
    case 0: return all(one, is('city', city(0)));
    case 1: return all(any(one.tag, other), flag('newsletter'));
    case 2: return all(one, is('city', city(0), city(1), city(2)), not(tag(other)));
    default: return all(one, is('plan', 'premium', 'standard'), from('orders', String(2 + (i % 3))));
  }
}

const twoTags = [tag('newsletter'), tag('klient')];
const count = (name, where) => ({ name, class: 'boolean', task: 'count', where });

export const queries = [
  count('two-dense', all(...twoTags)),
  count('dense-and-sparse', all(tag('newsletter'), tag('gift-card'))),
  count('sparse-and-sparse', all(tag('mobile-app'), tag('abandoned-cart'))),
  count('clustered', all(is('source', 'import-2017-05', 'import-2020-03', 'import-2023-06', 'import-2023-11'),
    flag('newsletter'))),
  count('or-of-16-tags', any(...rareTags)),
  count('or-of-10-cities', is('city', ...ruleCities)),
  count('five-way-and', all(...twoTags, flag('newsletter'), is('gender', 'female'), is('country', 'PL'))),
  count('and-of-ors', all(any('klient', 'active'), any('newsletter', 'mobile-app'), not(any('sms', 'promo')))),
  count('tag-cities-not-tag', all(tag('klient'), is('city', 'Warszawa', 'Kraków', 'Łódź'), not(tag('newsletter')))),
  count('not-nearly-all', not(tag('blacklist'))),
  count('is-null', { isNull: 'last_visit' }),
  count('at-least-3-of-8', { atLeast: 3, of: ruleTags.slice(0, 8).map(tag) }),
  count('like-dictionary', { field: 'last_name', endsWith: 'ski' }),
  count('segment-in-segment', all(flag('newsletter'), not(tag('blacklist')), tag('klient'), from('orders', '2'))),
  count('bucket', { bucket: 'spring-test', below: 1000 }),
  count('range-integer', above('score', '57')),
  count('range-decimal', above('ltv', '500')),
  count('range-date', from('last_order', '2026-03-01')),
  count('between-integer', between('score', '40', '60')),
  count('between-decimal', between('ltv', '50', '150')),
  count('between-date', between('birthday', '1980-01-01', '1989-12-31')),
  count('range-integer-tags', all(above('score', '57'), ...twoTags)),
  count('range-decimal-tags', all(above('ltv', '500'), ...twoTags)),
  count('range-date-tags', all(from('last_order', '2026-03-01'), ...twoTags)),
  count('two-ranges', all(above('ltv', '100'), between('score', '40', '60'))),
  { name: 'hundred-segments', class: 'boolean', task: 'countMany',
    wheres: Array.from({ length: 100 }, (_, i) => savedRule(i)) },

  { name: 'breakdown-64', class: 'analytic', task: 'breakdown', where: flag('newsletter'), fields: ['store'] },
  { name: 'grid', class: 'analytic', task: 'breakdown', where: from('orders', '1'), fields: ['store', 'plan'] },
  { name: 'sum-percentiles', class: 'analytic', task: 'statistics', where: all(is('gender', 'female'), flag('newsletter')),
    fields: ['ltv'] },
  { name: 'overlap-8', class: 'analytic', task: 'overlap',
    wheres: [flag('newsletter'), flag('sms_consent'), ...twoTags, is('plan', 'free'), is('gender', 'female'),
      is('country', 'PL'), from('orders', '1')] },

  { name: 'text-scan', class: 'listing', task: 'count', where: { field: 'email', contains: 'kowalsk' } },
  { name: 'first-page', class: 'listing', task: 'list', where: all(tag('klient'), is('city', 'Warszawa')),
    fields: ['key', 'email', 'city'], limit: 50 },
  { name: 'export-three-tenths', class: 'listing', task: 'list', where: all(flag('newsletter'), from('orders', '1')),
    fields: ['key', 'city', 'ltv'] },
];

// The values that queries compare a category with.
export function literalsOf(field) {
  const found = new Set();
  JSON.stringify(queries, (_, node) => {
    if (node?.field === field) node.in?.forEach((value) => found.add(value));
    return node;
  });
  return [...found];
}

export const percentiles = [1, 5, 25, 50, 75, 95, 99];

const quoted = (text) => `'${text.replaceAll("'", "''")}'`;
export const quotedList = (values) => values.map(quoted).join(', ');

// Puts predicates into SQL. `leaves` says what differs between peers: tag, any, flag, isNull, number (a predicate as a
// number), and optionally in, literal, bucket; each returns SQL, or null for what the peer cannot answer.
export class Translator {
  constructor(leaves) { this.leaves = leaves; }

  // SQL, or null where something in it cannot be answered.
  where(p) {
    const { leaves } = this;
    const literal = leaves.literal ?? ((field, value) => (/^[0-9.]+$/.test(value) ? value : quoted(value)));
    if (p.tag) return leaves.tag(p.tag);
    if (p.any) return leaves.any(p.any);
    if (p.all) return this.joined(p.all, ' AND ');
    if (p.or) return this.joined(p.or, ' OR ');
    if (p.not) return this.joined([p.not], '', 'NOT ');
    if (p.flag) return leaves.flag(p.flag);
    if (p.isNull) return leaves.isNull(p.isNull);
    if (p.atLeast) return `(${p.of.map((one) => leaves.number(this.where(one))).join(' + ')}) >= ${p.atLeast}`;
    if (p.bucket) return leaves.bucket?.(p) ?? null;
    if (p.in) return leaves.in?.(p.field, p.in) ?? `${p.field} IN (${quotedList(p.in)})`;
    if (p.above) return `${p.field} > ${literal(p.field, p.above)}`;
    if (p.from) return `${p.field} >= ${literal(p.field, p.from)}`;
    if (p.between) return `${p.field} BETWEEN ${p.between.map((one) => literal(p.field, one)).join(' AND ')}`;
    if (p.endsWith) return `${p.field} LIKE '%${p.endsWith}'`;
    if (p.contains) return `${p.field} LIKE '%${p.contains}%'`;
    throw new Error(`unknown predicate ${JSON.stringify(p)}`);
  }

  joined(operands, separator, prefix = '') {
    const parts = operands.map((one) => this.where(one));
    return parts.includes(null) ? null : `${prefix}(${parts.join(separator)})`;
  }

  // How many match each, as one row.
  counts(wheres) {
    return `SELECT ${wheres.map((p) => `(SELECT count(*) FROM contacts WHERE ${this.where(p)})`).join(', ')}`;
  }

  // Every contact's number of regions: bit i is predicate i.
  mask(wheres) { return wheres.map((p, i) => `${this.leaves.number(this.where(p))} * ${1 << i}`).join(' + '); }
}
