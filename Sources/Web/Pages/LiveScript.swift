/// A convenience only: a booking's page is loaded again when something has become of it. Without the script the
/// page refreshes itself while it waits (`Page.refreshSeconds`); with it the refresh, which is for pages
/// without scripts, does nothing, and where no events come through the script looks again by itself.
let liveScriptText = #"""
  (function () {
    var main = document.querySelector("main[data-events]");
    if (!main) return;
    var isWaiting = main.hasAttribute("data-waiting");
    function lookAgain(seconds) {
      if (isWaiting) setTimeout(function () { location.reload(); }, seconds * 1000);
    }
    if (!window.EventSource) return lookAgain(3);
    var source = new EventSource(main.getAttribute("data-events"));
    source.onmessage = function (event) {
      if (event.lastEventId === main.getAttribute("data-known")) return;
      source.close();
      location.reload();
    };
    source.onerror = function () { if (source.readyState === 2) lookAgain(5); };
    lookAgain(30);
    window.addEventListener("pagehide", function () { source.close(); });
  })();
  """#
