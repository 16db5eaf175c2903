# Roster over Cap'n Proto RPC: this file is the manual.
#
# A connection's bootstrap capability is a Roster. What follows is a ladder: a token gives a Session, a name a Database,
# and each call may be made on the promise of the one before it, so that login to count is one round trip.
#
# A call that fails is an exception whose description begins with one of a closed set of codes, then, where there is
# one, the place in a predicate's text (line and column, in characters, from 1), then a sentence that says what to do:
#
#     not_found: 1:1: unknown field 'ctiy'; did you mean 'city'?
#
#   invalid_argument    what was asked for makes no sense; the same call fails again
#   not_found           a named thing does not exist
#   conflict            it exists already, or another process holds it
#   data_loss           stored bytes are damaged or missing
#   resource_exhausted  disk, memory or a limit is used up
#   unavailable         try again later; the exception's type is `overloaded`
#   unauthenticated     no valid token
#   permission_denied   a valid token that does not allow this
#   deadline_exceeded   the time given has passed
#   cancelled           the caller went away
#   internal            a defect of Roster
#
# A caller that drops a call, or its connection, has the work for it stopped.
@0xdac8ea02d18e8c52;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("roster::rpc");

interface Roster {
  login @0 (token :Text) -> (session :Session);
  # A server without tokens, which listens on loopback only, takes the empty one and lets everybody do everything.
  # unauthenticated where the token is not known.
}

interface Session {
  database @0 (name :Text) -> (database :Database);
  # The database of that name. not_found where there is none, with the nearest name that there is; conflict where
  # another process has it open for writing. It is opened where it is not open, which takes well under a second.

  databases @1 () -> (names :List(Text));
  # The names of all databases, ascending.
}

interface Database {
  # Every question is answered from one snapshot, the newest there is when the server comes to it.

  count @0 (predicate :Predicate, options :QueryOptions) -> (count :UInt64, moment :Moment);
  # How many contacts match, exactly.

  countNodes @1 (predicate :Predicate, options :QueryOptions) -> (nodes :List(NodeCount), moment :Moment);
  # How many contacts match the predicate and each of its parts, for a user interface that shows a count beside every
  # rule. All are counted of one snapshot and in one pass. resource_exhausted above a thousand parts.

  audience @2 (predicate :Predicate, options :QueryOptions) -> (audience :Audience, count :UInt64, moment :Moment);
  # Finds the contacts that match and keeps them. resource_exhausted above 64 audiences that a session holds.
}

interface Audience {
  # The contacts that matched in one snapshot. Whatever is changed in the database meanwhile, all calls are about the same
  # contacts and their values of then.
  #
  # It is held until it is dropped, or until it has not been asked anything for ten minutes; then calls fail with
  # not_found, "snapshot expired", and the audience has to be asked for again.

  count @0 () -> (count :UInt64, moment :Moment);

  breakdown @1 (by :Text, top :UInt32) -> (lines :List(BreakdownLine), lineCount :UInt64, count :UInt64);
  # How the audience divides, as `roster breakdown --by` has it: by a field ("plan"), by steps of numbers ("age:10"), by
  # day, week, month, quarter or year of times ("signup:month"), or by two of these ("plan, signup:year"). A contact counts
  # once under every element of a set. The largest lines come first; `top` of them where it is not 0, and at most 100,000.
  # `lineCount` is how many lines there are, `count` the audience.

  stats @2 (field :Text) -> (statistics :Statistics);
  # Of a field of integers, decimals, dates or timestamps, all exact.

  page @3 (fields :List(Text), limit :UInt32 = 100, after :Text) -> (rows :List(Text), after :Text);
  # Some of the contacts, in order of ids, as JSON objects: {"key":"anna","city":"Łódź"}. "key" is the key; without
  # `fields` it is the key and all fields. A page has `limit` rows, 1 to 10,000 and at most 16 MiB, and begins behind the one whose `after`
  # is given; `after` is empty behind the last row. Pages, put together, are the audience.

  contains @4 (keys :List(Text)) -> (contained :List(Bool));
  # Of each key, in their order, whether it is that of a contact in the audience.

  members @5 (fields :List(Text), sink :RowSink) -> (count :UInt64);
  # Gives all contacts to the sink, in order of ids and as fast as it takes them, then tells it the end. The call returns
  # when the sink has taken that, and says how many there were: a list is whole only if that came.
}

interface RowSink {
  # Of the client's own.

  write @0 (rows :List(Text)) -> stream;
  # The next rows, as Audience.page gives them.

  end @1 (count :UInt64) -> ();
  # There are no more; how many there were.
}

struct BreakdownLine {
  groups @0 :List(Text);
  # One of each dimension: "Łódź", "true", "40..49", "2026-03"; "(no value)" for contacts without one.

  count @1 :UInt64;
}

struct Statistics {
  count @0 :UInt64;
  # The contacts that have a value.

  missing @1 :UInt64;
  # Those that have none.

  sum @2 :Text;
  mean @3 :Text;
  minimum @4 :Text;
  maximum @5 :Text;
  # Numbers with all digits of their field, days as 2026-01-31, instants as 2026-01-31T12:30:00Z; empty where there is
  # none, as there is no sum of dates. The mean has four digits more.

  percentiles @6 :List(Percentile);

  struct Percentile {
    percent @0 :UInt32;
    value @1 :Text;
    # The least value that at least so many per cent do not exceed.
  }
}

struct Predicate {
  union {
    text @0 :Text;
    # In the predicate language, docs/predicate-language.md: "city = 'Łódź' and tags has 'vip'".

    everybody @1 :Void;
    # All contacts.
  }
}

struct QueryOptions {
  asOf @0 :Text;
  # Evaluate as if it were this instant: a day (2026-01-31, its first instant) or a time (2026-01-31T12:00) in the
  # database's time zone, or an instant (2026-01-31T12:00Z). Empty: now.

  minSequence @1 :UInt64;
  # Answer from a snapshot that has this change at least, such as the one that a commit of one's own has just made.
  # unavailable where the database has not come so far.
}

struct Moment {
  # What an answer is about.

  sequence @0 :UInt64;
  # The last change that the snapshot has.

  asOf @1 :Int64;
  # The instant of evaluation, in milliseconds since 1970-01-01T00:00Z.
}

struct NodeCount {
  predicate @0 :Text;
  # The part as a predicate of its own, in canonical form.

  count @1 :UInt64;

  parent @2 :Int32;
  # The index of the node that this one is an operand of; -1 of the whole predicate, which comes first. Every node comes
  # before its operands, and operands come in the order of the text.

  line @3 :UInt32;
  column @4 :UInt32;
  # Where the part begins in the text, in characters from 1.
}
