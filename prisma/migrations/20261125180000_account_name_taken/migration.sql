-- Answers whether any account has a name. Registration asks before it emails a link, without creating anything.

SET LOCAL lock_timeout = '5s';

-- Row-level security hides other accounts, so this runs as its owner, and returns nothing else about them.
CREATE FUNCTION account_name_taken(wanted_name_key text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM accounts WHERE name_key = wanted_name_key)
$$;
REVOKE EXECUTE ON FUNCTION account_name_taken(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_name_taken(text) TO atrium_runtime;
