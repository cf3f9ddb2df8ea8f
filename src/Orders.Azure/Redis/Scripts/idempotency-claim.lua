-- Claims a key for a request, or tells what is known of it. A claim says who made it, so that the same call again (its answer was lost) is granted again.
--
-- KEYS 1  the record {idem:<hash>}: fields fingerprint, until, claim, answer
-- ARGV 1  now, in microseconds since 1970
--      2  fingerprint of the request
--      3  the claim: drawn by the caller, the same in all tries of one call
--      4  until when the claim is good, in microseconds since 1970
--      5  for how long Redis keeps the record at the most, in milliseconds: longer than it is good
--
-- Returns {'GRANTED'} | {'RUNNING'} | {'OTHER'} | {'ANSWERED', answer}
local fingerprint, deadline, claim, answer = unpack(redis.call('HMGET', KEYS[1], 'fingerprint', 'until', 'claim', 'answer'))
if fingerprint and tonumber(ARGV[1]) < tonumber(deadline) then
  if fingerprint ~= ARGV[2] then return {'OTHER'} end
  if answer then return {'ANSWERED', answer} end
  if claim ~= ARGV[3] then return {'RUNNING'} end
  return {'GRANTED'}
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'fingerprint', ARGV[2], 'until', ARGV[4], 'claim', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return {'GRANTED'}
