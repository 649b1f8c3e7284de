import Core
import HTTPServer
import Intake

/// The front: routes by who they are for, each in a file of its own under `Routes/`. It runs on the event
/// loops, turns requests into Intake's use cases and answers into bytes, and never calls a provider itself.
package struct Web: Sendable {
  let parts: WebParts
  let router: Router
  private let banner: RehearsalBanner?

  package init(_ parts: WebParts) {
    self.parts = parts
    banner = parts.isRehearsal ? RehearsalBanner(parts.time) : nil
    var router = Router()
    HealthRoutes(parts).add(to: &router)
    GuestRoutes(parts).add(to: &router)
    BookingRoutes(parts).add(to: &router)
    AgentRoutes(parts).add(to: &router)
    ConnectionRoutes(parts).add(to: &router)
    SignInRoutes(parts).add(to: &router)
    OperatorRoutes(parts).add(to: &router)
    ProviderCallRoutes(parts).add(to: &router)
    OpenAPIRoute().add(to: &router)
    self.router = router
  }

  package func handle(_ request: Request, _ responder: Responder) {
    if let banner { responder.changeAnswer(banner.added) }
    router.handle(request, responder)
  }
}
