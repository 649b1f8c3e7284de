/// A convenience only: a page that was opened without a zone is opened again in the browser's own.
/// Without it the guest chooses in the form.
let zoneScriptText = #"""
  (function () {
    var form = document.getElementById("zone");
    if (!form || form.hasAttribute("data-chosen") || !window.Intl || !window.URLSearchParams) return;
    var name = Intl.DateTimeFormat().resolvedOptions().timeZone;
    var select = form.elements.timeZone;
    if (!name || name === select.value) return;
    var query = new URLSearchParams(new FormData(form));
    query.set("timeZone", name);
    location.replace(form.getAttribute("action") + "?" + query);
  })();
  """#
