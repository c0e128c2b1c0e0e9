-- Replays the requests of a file in order, round and round; prints one JSON line at the end.
local requests = {}

function init(args)
  for line in io.lines(os.getenv("REQUESTS")) do
    local method, path, token, body = line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t(.*)$")
    local headers = { ["Authorization"] = "Bearer " .. token }
    if body ~= "" then headers["Content-Type"] = "application/json" end
    requests[#requests + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
  end
end
local next_request = 0
local failed = 0

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

function done(summary, latency, _)
  failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format('\n{"perSecond":%.1f,"ok":%d,"failed":%d,"p50Ms":%.2f,"p99Ms":%.2f}\n',
    (summary.requests - summary.errors.status) / (summary.duration / 1e6), summary.requests - summary.errors.status, failed,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
