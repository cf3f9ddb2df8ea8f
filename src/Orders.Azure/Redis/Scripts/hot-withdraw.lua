-- Takes an order's answer out, and its ticket, before a write. Nothing is found or kept until the writer is gone.
--
-- KEYS 1  the answer {hot:<order>}
--      2  those who are writing the order {hot:<order>}:writers
-- ARGV 1  the writer: drawn by the caller, the same in all tries of one call
--      2  for how long Redis believes in writers, in milliseconds: of one that died nobody hears again
--
-- Returns 1
redis.call('DEL', KEYS[1])
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return 1
