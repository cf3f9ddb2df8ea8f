-- Stores the answer of a request. Nothing is stored when the claim has lapsed, or when the key is claimed by another request, which its fingerprint tells.
-- The same request's later claim is not told apart: the answer of either is its answer.
--
-- KEYS 1  the record {idem:<hash>}
-- ARGV 1  now, in microseconds since 1970
--      2  fingerprint of the request
--      3  the answer, as bytes
--      4  until when it is replayed, in microseconds since 1970
--      5  for how long Redis keeps the record at the most, in milliseconds
--
-- Returns 1 when the answer is stored (now or before), else 0
local fingerprint, deadline = unpack(redis.call('HMGET', KEYS[1], 'fingerprint', 'until'))
if not fingerprint or fingerprint ~= ARGV[2] or tonumber(ARGV[1]) >= tonumber(deadline) then return 0 end
redis.call('HSET', KEYS[1], 'answer', ARGV[3], 'until', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 1
