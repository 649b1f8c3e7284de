-- For wrk: every request books a start that no request before it has booked, under a key of its own.
-- Arguments: the plan that http_load.py wrote, and how many of its starts are used already.

local number, body, headers

function init(arguments)
  dofile(arguments[1])
  number = tonumber(arguments[2])
  headers = { ["Content-Type"] = "application/json" }
  body = '{"start":"%s","timeZone":"Europe/London",'
    .. '"guest":{"name":"Grace Hopper","email":"grace@example.com"}}'
end

-- Starts go round the calendars, and round the links of a calendar.
function request()
  local calendars = #slugs / perCalendar
  local calendar = number % calendars
  local turn = math.floor(number / calendars)
  if turn >= starts then error("the plan has no starts left") end
  local slug = slugs[calendar * perCalendar + turn % perCalendar + 1]
  local start = os.date("!%Y-%m-%dT%H:%M:%SZ", first + turn * step)
  headers["Idempotency-Key"] = string.format("load-%012d", number)
  number = number + 1
  return wrk.format("POST", "/b/" .. slug .. "/bookings", headers, string.format(body, start))
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "durationMicroseconds": %d, "refused": %d, "failed": %d, '
      .. '"p50Microseconds": %d, "p99Microseconds": %d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
