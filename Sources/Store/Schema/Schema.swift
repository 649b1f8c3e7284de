import SQLite

/// The schema, as numbered migrations that never change once released, a file each. Instants are UTC
/// milliseconds. Indexes are named for the query they serve.
package let schema = Migrator(
  // "Bkd1" in ASCII: tells our files from anybody else's.
  applicationID: 0x426B_6431,
  migrations: [
    .foundation, .queue, .links, .bookings, .accounts, .mail, .following, .watches,
    .accountTroubles, .replies, .operations, .search, .openLanes, .history, .waiting,
    .aside, .manyJobs, .stretches, .spans, .tellings,
  ])
