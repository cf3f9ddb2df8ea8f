-- Common to the scripts that count in an epoch; no script of its own. It answers {'EPOCH'}, and the rest is not run, when this part is not what the caller
-- was told of: it is missing, another epoch has begun, it is not built yet, or it has lost a write that it had answered. The last closes the part for
-- everybody: one that lost one write may have lost others. Else a script answers {how many of the session's calls have written here, its own answer}.
--
-- ARGV 1  the caller's session
--      2  how many of its session's writes in this part the caller has had answers for
if redis.call('HGET', KEYS[1], 'open') ~= '1' then return {'EPOCH'} end
if tonumber(redis.call('HGET', PART .. 'sessions', ARGV[1]) or '0') < tonumber(ARGV[2]) then
  redis.call('HDEL', KEYS[1], 'open')
  return {'EPOCH'}
end

-- What a script that has changed nothing returns.
local function answer(result) return {tonumber(redis.call('HGET', PART .. 'sessions', ARGV[1]) or '0'), result} end

-- What a script that has written returns.
local function wrote(result) return {redis.call('HINCRBY', PART .. 'sessions', ARGV[1], 1), result} end
