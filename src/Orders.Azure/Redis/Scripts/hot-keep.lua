-- Keeps an order's answer, unless a write began after the look that gave the ticket: each takes the ticket away.
--
-- KEYS 1  the answer {hot:<order>}
-- ARGV 1  the ticket
--      2  whose the order is
--      3  its version
--      4  until when the answer is good, in microseconds since 1970
--      5  the answer
--      6  for how long Redis keeps it, in milliseconds: longer than it is good
--
-- Returns 1 when it is kept, else 0
if redis.call('HGET', KEYS[1], 'ticket') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'user', ARGV[2], 'version', ARGV[3], 'until', ARGV[4], 'body', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[6])
return 1
