-- A question of one of many visitors, each from an address of its own; what counts is 200.
local visitors = {}
local turn = 0

function init(arguments)
    for line in io.lines(arguments[1]) do
        visitors[#visitors + 1] = line
    end
end

function request()
    turn = turn + 1
    local visitor = visitors[turn % #visitors + 1]
    local address = string.format("10.%d.%d.%d", math.random(0, 255), math.random(0, 255), math.random(0, 255))
    return wrk.format("POST", "/api/chat", {
        ["Content-Type"] = "application/json",
        ["X-Real-IP"] = address,
        ["Cookie"] = visitor,
    }, '{"message":"What does a lighthouse cost?"}')
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests":%d,"seconds":%.3f,"failed":%d,"p50":%.3f,"p99":%.3f}\n', summary.requests,
        summary.duration / 1e6,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
