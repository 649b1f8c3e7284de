import Core
import Dispatch
import HTTPServer
import Synchronization

/// Takes requests from the server through their whole life: who calls, whether a fault waits for them, the
/// work itself, the ledger, the delay, and the answer or what becomes of it.
final class Front: Sendable {
  private let world: Mutex<World>
  private let time: any TimeSource
  private let courier: Courier
  /// Where answers wait that are late on purpose.
  private let later = DispatchQueue(label: "sandbox.later")

  init(world: World, time: any TimeSource) {
    self.world = Mutex(world)
    self.time = time
    courier = Courier()
  }

  func receive(_ request: Request, _ responder: Responder) {
    let wire = WireRequest(request)
    guard let provider = provider(of: wire) else {
      let answer = change { ControlRoutes.answer(to: wire, in: &$0) }
      return responder.send(answer.response)
    }
    let visit = change { $0.arrive(wire, at: provider) }
    if visit.delay == .zero { return work(on: visit, then: .zero, responder) }
    guard visit.commitsLast else { return work(on: visit, then: visit.delay, responder) }
    after(visit.delay) { [self] in work(on: visit, then: .zero, responder) }
  }

  /// The first part of the path tells whose it is: the providers' own paths do not meet.
  private func provider(of request: WireRequest) -> ProviderName? {
    switch request.segments.first {
    case "sandbox", nil: nil
    case "calendar", "o", "token", "revoke", "batch": .google
    default: .outlook
    }
  }

  private func work(on visit: Visit, then delay: Duration, _ responder: Responder) {
    switch change({ $0.perform(visit) }) {
    case .answer(let answer): after(delay) { [self] in finish(visit, answer, responder) }
    case .question(let question):
      courier.ask(question.urls) { [self] agreed in
        let answer = change { question.answer(&$0, agreed) }
        after(delay) { [self] in finish(visit, answer, responder) }
      }
    }
  }

  private func finish(_ visit: Visit, _ answer: Answer, _ responder: Responder) {
    let ending = change { $0.leave(visit, answering: answer) }
    switch ending {
    case .whole(let answer): responder.send(answer.response)
    case .cut: responder.hangUp()
    case .broken(let answer, let bytes):
      var response = answer.response
      response.body = .brokenOff(answer.body, after: bytes)
      responder.send(response)
    }
  }

  private func after(_ delay: Duration, _ body: @escaping @Sendable () -> Void) {
    guard delay > .zero else { return body() }
    later.asyncAfter(
      deadline: .now() + .milliseconds(Int(delay.wholeMilliseconds)), execute: body)
  }

  /// Changes the world, and sends out what notices came of it.
  private func change<Value: Sendable>(_ body: (inout World) -> sending Value) -> Value {
    let system = time.now()
    let (value, notices) = world.withLock { world in
      world.begin(at: system)
      let value = body(&world)
      return (value, world.takeOutgoing())
    }
    for notice in notices {
      courier.deliver(notice) { [self] status in
        world.withLock { $0.noted(notice.number, status: status) }
      }
    }
    return value
  }
}
