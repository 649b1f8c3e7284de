import Bookings
import Core
import Queue
import SQLite

/// A job that mails a link, and whether it was there before.
package struct LinkMail: Equatable, Sendable {
  package let job: JobID
  package let isRepeat: Bool

  package init(job: JobID, isRepeat: Bool) {
    self.job = job
    self.isRepeat = isRepeat
  }
}

extension Store {
  /// Enqueues the job unless the link was sent to that address on that day already; then that job is
  /// the answer. Nil where `limit` links were mailed for the organization within that time.
  package func sendLink(
    _ link: LinkID, to email: String, day: String, job: NewJob, limit: Int, within: Duration
  ) throws -> LinkMail? {
    try write { transaction -> LinkMail? in
      let connection = transaction.connection
      let earlier = try connection.first(
        """
        SELECT job_id FROM link_mails WHERE link_id = :link AND email = :email AND day = :day
        """
      ) {
        $0.bind(":link", link)
        $0.bind(":email", email.lowercased())
        $0.bind(":day", day)
      } read: {
        JobID(number: $0.int64(0))
      }
      if let earlier { return LinkMail(job: earlier, isRepeat: true) }
      let recent = try connection.first(
        """
        SELECT count(*) FROM link_mails AS m INDEXED BY link_mails_by_age
        JOIN links AS l ON l.id = m.link_id
        WHERE m.created_at >= :since AND l.organization_id = :organization
        """
      ) {
        $0.bind(":since", transaction.now - within)
        $0.bind(":organization", job.organization)
      } read: {
        $0.int(0)
      }
      if recent ?? 0 >= limit { return nil }
      let id = try self.enqueue(job, in: transaction).id
      try connection.run(
        """
        INSERT INTO link_mails (link_id, email, day, job_id, created_at)
        VALUES (:link, :email, :day, :job, :now)
        """
      ) {
        $0.bind(":link", link)
        $0.bind(":email", email.lowercased())
        $0.bind(":day", day)
        $0.bind(":job", id.number)
        $0.bind(":now", transaction.now)
      }
      return LinkMail(job: id, isRepeat: false)
    }
  }
}
