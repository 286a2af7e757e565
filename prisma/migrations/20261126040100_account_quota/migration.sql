-- Counts the accounts of a user in the transaction that creates one, whose context is the new account.

SET LOCAL lock_timeout = '5s';

CREATE FUNCTION count_owned_accounts(owner_id uuid) RETURNS bigint
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT count(*) FROM memberships WHERE user_id = owner_id AND role = 'OWNER'
$$;
REVOKE EXECUTE ON FUNCTION count_owned_accounts(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION count_owned_accounts(uuid) TO atrium_runtime;
