import Core

package enum Organization {}
package enum Host {}

package typealias OrganizationID = Identifier<Organization>
package typealias HostID = Identifier<Host>
package typealias LinkID = Identifier<Link>
package typealias BookingID = Identifier<Booking>
package typealias ConnectionID = Identifier<Connection>
package typealias CalendarID = Identifier<Calendar>
