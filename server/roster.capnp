# Roster over Cap'n Proto RPC: this file is the manual.
#
# A connection's bootstrap capability is a Roster. What follows is a ladder: a token gives a Session, a name a Database,
# and each call may be made on the promise of the one before it, so that login to count is one round trip.
#
# A call that fails is an exception whose description begins with one of a closed set of codes, then, where there is
# one, the place in a predicate's text (line and column, in characters, from 1), then a sentence that says what to do:
#
#     not_found: 1:1: there is no field 'ctiy'; did you mean 'city'?
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
