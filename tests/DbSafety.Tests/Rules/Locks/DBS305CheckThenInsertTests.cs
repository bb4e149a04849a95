using DbSafety.Rules.Locks;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.Locks;

using Rule = Verify<DBS305CheckThenInsert>;

public class DBS305CheckThenInsertTests
{
    private const string Insert = "INSERT INTO customers (email, name) VALUES (@email, @name)";

    [Fact]
    public Task The_message_says_what_is_asked_where_and_what_to_do() => Rule.Reports(
        """
        class C
        {
            void M(NpgsqlConnection c, string email, string name)
            {
                var found = c.QuerySingleOrDefault<int?>("SELECT id FROM customers WHERE email = @email", new { email });
                if (found is null)
                {
                    c.Execute([|"INSERT INTO customers (email, name) VALUES (@email, @name)"|], new { email, name });
                }
            }
            void N(NpgsqlConnection c, string email)
            {
                using var t = c.BeginTransaction();
                if (c.ExecuteScalar<int>("SELECT COUNT(*) FROM (SELECT 1) x") == 0 || c.ExecuteScalar<int?>("SELECT id FROM customers WHERE email = @email FOR UPDATE", new { email }, t) is null)
                    return;
                t.Commit();
            }
            void O(NpgsqlConnection c, string email)
            {
                using var t = c.BeginTransaction();
                if (c.ExecuteScalar<int?>("SELECT id FROM customers WHERE email = @email FOR UPDATE", new { email }, t) != null) return;
                c.Execute([|"INSERT INTO customers (email) VALUES (@email)"|], new { email }, t);
                t.Commit();
            }
        }
        """,
        "Another caller can insert the same 'email' into 'customers' after line 5 found none; give it a unique key and insert with ON CONFLICT DO NOTHING",
        "Another caller can insert the same 'email' into 'customers' after line 21 found none (FOR UPDATE locks nothing where there is no row); give it a unique key and insert with ON CONFLICT DO NOTHING");

    [Theory]
    [InlineData("if (c.ExecuteScalar<int>({S}, new { email }) == 0) { {I} }")]
    [InlineData("if (c.ExecuteScalar<int>({S}, new { email }) > 0) return; {I}")]
    [InlineData("if (c.ExecuteScalar<int>({S}, new { email }) >= 1) { return; } {I}")]
    [InlineData("if (0 == c.ExecuteScalar<int>({S}, new { email })) {I}")]
    [InlineData("if (c.ExecuteScalar<int>({S}, new { email }) < 1) {I}")]
    [InlineData("if (c.ExecuteScalar<int>({S}, new { email }) is 0) {I}")]
    [InlineData("if (c.ExecuteScalar<int>({S}, new { email }) is > 0) return; {I}")]
    [InlineData("if (c.ExecuteScalar<bool>({S}, new { email })) throw new InvalidOperationException(); {I}")]
    [InlineData("if (!c.ExecuteScalar<bool>({S}, new { email })) {I}")]
    [InlineData("var n = c.ExecuteScalar<long>({S}, new { email }); if (n == 0) {I}")]
    [InlineData("var exists = c.ExecuteScalar<long>({S}, new { email }) > 0; if (!exists) {I}")]
    [InlineData("bool exists; exists = c.ExecuteScalar<long>({S}, new { email }) != 0; if (exists) return; {I}")]
    [InlineData("if (c.QueryFirstOrDefault<string>({S}, new { email }) is { } known) return; {I}")]
    [InlineData("if (c.QueryFirstOrDefault<int?>({S}, new { email }) is int known) { } else { {I} }")]
    [InlineData("if (c.QueryFirstOrDefault<int?>({S}, new { email }).HasValue) return; {I}")]
    [InlineData("if (!c.Query({S}, new { email }).Any()) {I}")]
    [InlineData("var rows = c.Query<int>({S}, new { email }).ToList(); if (rows.Count == 0) {I}")]
    [InlineData("if (email.Length > 2 && await c.ExecuteScalarAsync<int>({S}, new { email }).ConfigureAwait(false) == 0) {I}")]
    [InlineData("if (email.Length < 2 || await c.ExecuteScalarAsync<int>({S}, new { email }) > 0) return; {I}")]
    [InlineData("foreach (var x in new[] { 1 }) { if (c.ExecuteScalar<int>({S}, new { email }) > 0) continue; {I} }")]
    [InlineData("try { if (c.ExecuteScalar<int>({S}, new { email }) > 0) return; {I} } finally { c.Close(); }")]
    [InlineData("try { if (c.ExecuteScalar<int>({S}, new { email }) > 0) return; {I} } catch (Exception) { throw; }")]
    [InlineData("if (await c.ExecuteScalarAsync<int>(new CommandDefinition({S}, new { email }, cancellationToken: default)) == 0) {I}")]
    [InlineData("var n = Convert.ToInt32(c.ExecuteScalar({S}, new { email })); if (n == 0) {I}")]
    [InlineData("using var q = new NpgsqlCommand({S}, c); q.Parameters.AddWithValue(\"email\", email); if (q.ExecuteScalar() is null) {I}")]
    [InlineData("using var q = new NpgsqlCommand({S}, c) { Parameters = { new NpgsqlParameter(\"email\", email) } }; if ((long)q.ExecuteScalar()! == 0) {I}")]
    [InlineData("using (var q = c.CreateCommand()) { q.CommandText = {S}; q.Parameters.AddWithValue(\"@email\", email); using var r = q.ExecuteReader(); if (r.Read()) return; } {I}")]
    [InlineData("using (var q = c.CreateCommand()) { q.CommandText = {S}; q.Parameters.Add(\"@email\", NpgsqlTypes.NpgsqlDbType.Text).Value = email; using var r = await q.ExecuteReaderAsync(); if (r.HasRows) return; } {I}")]
    [InlineData("if (SqlMapper.ExecuteScalar<int>(cnn: c, param: new { email }, sql: {S}) == 0) {I}")]
    public Task Every_way_to_find_none_is_reported(string body) => Rule.Reports(Program(Fill(
        body.Replace("{I}", "{J}").Replace("{S}", "\"SELECT id FROM customers WHERE email = @email\""))));

    [Theory]
    [InlineData("if (c.ExecuteScalar(Q, new { user.Email }) is null) c.Execute([|\"INSERT INTO customers (id, email) VALUES (1, @Email)\"|], user);")]
    [InlineData("if (c.ExecuteScalar(Q, user) is null) c.Execute([|\"\"\"INSERT INTO \"customers\" (\"email\", id) VALUES (@mail, 1) RETURNING id\"\"\"|], new { mail = user.Email });")]
    [InlineData("if (c.ExecuteScalar(Q, user) is null) { using var i = new NpgsqlCommand([|\"INSERT INTO customers (email) VALUES (lower('x'), @e)\"|], c); i.Parameters.AddWithValue(\"e\", user.Email); i.ExecuteNonQuery(); }", true)]
    [InlineData("if (c.ExecuteScalar(Q, user) is null) { using var i = new NpgsqlCommand([|\"INSERT INTO customers (note, email) VALUES (coalesce('x', 'y'), @e)\"|], c); i.Parameters.AddWithValue(\"e\", user.Email); i.ExecuteNonQuery(); }")]
    public Task The_same_value_is_known_by_its_expression(string body, bool silent = false)
    {
        var source = Program(body.Replace("(Q,", "(\"SELECT id FROM customers WHERE email = @Email\","));
        return silent ? Rule.Silent(source.Replace("[|", "").Replace("|]", "")) : Rule.Reports(source);
    }

    [Theory]
    [InlineData("INSERT INTO customers (email) VALUES (@email) ON CONFLICT DO NOTHING")]
    [InlineData("INSERT INTO customers (email) VALUES (@email) ON CONFLICT (email) DO UPDATE SET name = 'x'")]
    [InlineData("INSERT INTO customers (email) SELECT @email WHERE NOT EXISTS (SELECT 1 FROM customers WHERE email = @email)")]
    [InlineData("INSERT INTO orders (email) VALUES (@email)")]
    [InlineData("INSERT INTO customers (name, email) VALUES (@email, @name)")]
    [InlineData("INSERT INTO customers (name) VALUES (@email)")]
    [InlineData("INSERT INTO customers VALUES (@email)")]
    [InlineData("UPDATE customers SET name = @name WHERE email = @email")]
    public Task Another_statement_is_silent(string insert) => Rule.Silent(Program(
        $$"""if (c.ExecuteScalar<int>("SELECT COUNT(*) FROM customers WHERE email = @email", new { email }) == 0) c.Execute("{{insert}}", new { email, name });"""));

    [Theory]
    [InlineData("SELECT MAX(version) FROM customers WHERE email = @email")]
    [InlineData("SELECT id FROM customers WHERE name = @name")]
    [InlineData("SELECT id FROM customers WHERE email = @email AND name = @other")]
    [InlineData("SELECT id FROM customers WHERE email = @email OR name = @name")]
    [InlineData("SELECT id FROM customers c JOIN orders o ON o.id = c.id WHERE email = @email")]
    [InlineData("SELECT COUNT(*) FROM customers")]
    [InlineData("SELECT NOT EXISTS (SELECT 1 FROM customers WHERE email = @email)")]
    [InlineData("SELECT id FROM customers WHERE email = 'root'")]
    public Task Another_question_is_silent(string select) => Rule.Silent(Program(
        $$"""if (c.ExecuteScalar<int>("{{select}}", new { email, name = email, other = 1 }) == 0) c.Execute("{{Insert}}", new { email, name });"""));

    [Theory]
    [InlineData("if ({Q} != 0) {I}")]
    [InlineData("if ({Q} == 0) return; {I}")]
    [InlineData("if ({Q} == 0) { } {I}")]
    [InlineData("if ({Q} > 0) { name = email; } {I}")]
    [InlineData("if ({Q} > 0 && email.Length > 3) return; {I}")]
    [InlineData("if ({Q} == 0 || email.Length > 3) {I}")]
    [InlineData("var n = {Q}; n = 0; if (n == 0) {I}")]
    [InlineData("if ({Q} == 5) return; {I}")]
    [InlineData("{I} if ({Q} == 0) return;")]
    [InlineData("var n = {Q}; Action a = () => { if (n > 0) return; }; {I}")]
    public Task Where_it_does_not_hang_on_none_it_is_silent(string body) => Rule.Silent(Program(Fill(body)));

    [Theory]
    [InlineData("try { if ({Q} > 0) return; {I} } catch (PostgresException) { }")]
    [InlineData("try { if ({Q} > 0) return; {I} } catch (DbException e) { throw new Exception(\"\", e); }")]
    [InlineData("try { if ({Q} > 0) return; {I} } catch (Exception e) when (e is PostgresException) { }")]
    [InlineData("lock (this) { if ({Q} > 0) return; {I} }")]
    [InlineData("await gate.WaitAsync(); if ({Q} > 0) return; {I}")]
    [InlineData("c.Execute(\"SELECT pg_advisory_xact_lock(1)\"); if ({Q} > 0) return; {I}")]
    [InlineData("c.Execute(\"LOCK TABLE customers IN EXCLUSIVE MODE\"); if ({Q} > 0) return; {I}")]
    [InlineData("using var t = c.BeginTransaction(IsolationLevel.Serializable); if ({Q} > 0) return; {I} t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(level); if ({Q} > 0) return; {I} t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); c.Execute(\"SELECT 1 FROM shops WHERE id = 1 FOR UPDATE\"); if ({Q} > 0) return; {I} t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(); c.Execute(\"UPDATE counters SET n = n + 1 WHERE id = 1\"); if ({Q} > 0) return; {I} t.Commit();")]
    [InlineData("using var s = new System.Transactions.TransactionScope(); if ({Q} > 0) return; {I} s.Complete();")]
    [InlineData("if (c.ExecuteScalar<int>(\"SELECT id FROM customers WHERE email = @email\", new { email }, t0) > 0) return; {I}")]
    public Task What_keeps_the_second_caller_out_is_silent(string body) => Rule.Silent(Program(Fill(body)));

    [Theory]
    [InlineData("using var t = c.BeginTransaction(); if ({Q} > 0) return; {J} t.Commit();")]
    [InlineData("using var t = c.BeginTransaction(IsolationLevel.RepeatableRead); if ({Q} > 0) return; {J} t.Commit();")]
    public Task A_transaction_below_Serializable_does_not_help(string body) => Rule.Reports(Program(Fill(body)));

    [Theory]
    [InlineData("using var c = Make(); if ({Q} > 0) return; {J}")]
    [InlineData("using var c = Make(); using var t = c.BeginTransaction(); if ({Q} > 0) return; {I} t.Commit();", true)]
    [InlineData("using var c = Make(); c.Execute(\"BEGIN IMMEDIATE\"); if ({Q} > 0) return; {I} c.Execute(\"COMMIT\");", true)]
    [InlineData("if ({Q} > 0) return; {I}", true)]
    public Task On_SQLite_a_transaction_of_the_one_writer_is_enough(string body, bool silent = false)
    {
        var source = $$"""class C { SqliteConnection Make() => new(); void M({{(body.Contains("Make") ? "" : "SqliteConnection c, ")}}string email, string name) { {{Fill(body)}} } }""";
        return silent ? Rule.Silent(source) : Rule.Reports(source);
    }

    [Fact]
    public Task On_MySQL_a_locking_question_ends_in_a_deadlock_not_in_two_rows() => Rule.Silent(
        """
        class C
        {
            void M(MySqlConnection c, string email)
            {
                using var t = c.BeginTransaction();
                if (c.ExecuteScalar<int?>("SELECT id FROM customers WHERE email = @email FOR UPDATE", new { email }, t) != null) return;
                c.Execute("INSERT INTO customers (email) VALUES (@email)", new { email }, t);
                t.Commit();
            }
        }
        """);

    [Fact]
    public Task On_SQL_Server_a_range_lock_is_enough() => Rule.Reports(
        """
        class C
        {
            void M(SqlConnection c, string email)
            {
                using var t = c.BeginTransaction();
                if (c.ExecuteScalar<int?>("SELECT id FROM customers WITH (UPDLOCK, HOLDLOCK) WHERE email = @email", new { email }, t) != null) return;
                c.Execute("INSERT INTO customers (email) VALUES (@email)", new { email }, t);
                t.Commit();
            }
            void N(SqlConnection c, string email)
            {
                if (c.ExecuteScalar<int?>("SELECT id FROM customers WHERE email = @email", new { email }) != null) return;
                c.Execute([|"INSERT INTO customers (email) VALUES (@email)"|], new { email });
            }
        }
        """);

    [Fact]
    public Task The_first_rows_of_a_database_are_silent() => Rule.Silent(
        """
        class C
        {
            void SeedUsers(NpgsqlConnection c, string email)
            {
                if (c.ExecuteScalar<int?>("SELECT id FROM customers WHERE email = @email", new { email }) != null) return;
                c.Execute("INSERT INTO customers (email) VALUES (@email)", new { email });
            }
        }
        """);

    [Fact]
    public Task With_EF_Core_it_is_advice() => Rule.Reports(
        Ef("if (await db.Users.AnyAsync(u => u.Email == email)) return; [|db.Users.Add(new User { Email = email })|]; await db.SaveChangesAsync();"),
        "Another caller can insert the same 'Email' into 'User' after line 4 found none; give it a unique key and handle the DbUpdateException of the second insert");

    [Theory]
    [InlineData("if (!db.Users.Any(u => u.Email == email)) { [|db.Users.Add(new() { Email = email })|]; db.SaveChanges(); }")]
    [InlineData("var known = db.Users.AsNoTracking().FirstOrDefault(u => email == u.Email); if (known == null) { known = new User { Email = email }; [|db.Add(known)|]; } db.SaveChanges();")]
    [InlineData("if (db.Users.Where(u => u.Email == email && u.Name == \"x\").Count() > 0) return; var u = new User { Email = email, Name = \"x\" }; [|db.Users.Add(u)|]; db.SaveChanges();")]
    [InlineData("if (await db.Users.SingleOrDefaultAsync(u => u.Email == user.Email) is null) await [|db.Users.AddAsync(user)|]; await db.SaveChangesAsync();")]
    [InlineData("if (await db.Users.FindAsync(email) is not null) return; [|db.Users.Add(new User { Email = email })|]; await db.SaveChangesAsync();")]
    [InlineData("using var t = db.Database.BeginTransaction(); if (await db.Users.AnyAsync(u => u.Email == email)) return; [|db.Users.Add(new User { Email = email })|]; await db.SaveChangesAsync(); t.Commit();")]
    public Task Each_question_of_EF_Core_is_reported(string body) => Rule.Reports(Ef(body));

    [Theory]
    [InlineData("if (await db.Users.AnyAsync(u => u.Email == email)) return; db.Users.Add(new User { Email = \"y\" }); await db.SaveChangesAsync();")]
    [InlineData("if (await db.Users.AnyAsync(u => u.Email == email)) return; db.Users.Add(new User { Email = email });")]
    [InlineData("if (await db.Users.AnyAsync(u => u.Email == email)) return; db.Posts.Add(new Post { Email = email }); await db.SaveChangesAsync();")]
    [InlineData("if (await db.Users.AnyAsync(u => u.Email.StartsWith(email))) return; db.Users.Add(new User { Email = email }); await db.SaveChangesAsync();")]
    [InlineData("if (!await db.Users.AnyAsync(u => u.Email == email)) return; db.Users.Add(new User { Email = email }); await db.SaveChangesAsync();")]
    [InlineData("if (!await db.Users.AnyAsync()) { db.Users.Add(new User { Email = email }); await db.SaveChangesAsync(); }")]
    [InlineData("if (await db.Users.AnyAsync(u => u.Email == email)) return; db.Users.Add(new User { Email = email }); try { await db.SaveChangesAsync(); } catch (DbUpdateException) { }")]
    [InlineData("using var t = db.Database.BeginTransaction(IsolationLevel.Serializable); if (await db.Users.AnyAsync(u => u.Email == email)) return; db.Users.Add(new User { Email = email }); await db.SaveChangesAsync(); t.Commit();")]
    [InlineData("var list = new List<User>(); if (!list.Any(u => u.Email == email)) { list.Add(new User { Email = email }); await db.SaveChangesAsync(); }")]
    public Task What_looks_like_it_with_EF_Core_is_silent(string body) => Rule.Silent(Ef(body));

    [Theory]
    [InlineData("NpgsqlConnection", "if (c.ExecuteScalar<int>({S}, new { email }) > 0) return; c.Execute({I}, new { email, name });", "ON CONFLICT (email) DO NOTHING")]
    [InlineData("NpgsqlConnection", "if (c.ExecuteScalar<int?>({S}, new { email }) is null) { c.Execute({I}, new { email, name }); }", "ON CONFLICT (email) DO NOTHING")]
    [InlineData("NpgsqlConnection", "if (c.ExecuteScalar<int?>(\"SELECT p.id FROM customers p WHERE p.email = @email FOR UPDATE\", new { email }) is null) { c.Execute({I}, new { email, name }); }", "ON CONFLICT (email) DO NOTHING")]
    [InlineData("NpgsqlConnection", "if (c.ExecuteScalar<int>(\"SELECT COUNT(id) FROM customers WHERE email = @email\", new { email }) == 0) { c.Execute({I}, new { email, name }); }", "ON CONFLICT (email) DO NOTHING")]
    [InlineData("NpgsqlConnection", "if (c.ExecuteScalar<int?>({S}, new { email }) is null) await c.ExecuteAsync({I}, new { email, name }).ConfigureAwait(false); name = email;", "ON CONFLICT (email) DO NOTHING")]
    [InlineData("NpgsqlConnection", "if (c.ExecuteScalar<int?>({S}, new { email }) is null) { _ = c.Execute({I}, new { email, name }); } else { }", "ON CONFLICT (email) DO NOTHING")]
    [InlineData("NpgsqlConnection", "foreach (var x in new[] { 1 }) { if (c.ExecuteScalar<int>({S}, new { email }) > 0) continue; c.Execute({I}, new { email, name }); }", "ON CONFLICT (email) DO NOTHING")]
    [InlineData("NpgsqlConnection", "using var t = c.BeginTransaction(); if (c.ExecuteScalar<int>({S}, new { email }, t) > 0) { return; } c.Execute({I}, new { email, name }, t); t.Commit();", "ON CONFLICT (email) DO NOTHING")]
    [InlineData("NpgsqlConnection", "if (c.ExecuteScalar<int>({S}, new { email }) > 0) return; using var i = new NpgsqlCommand({I}, c); i.Parameters.AddWithValue(\"email\", email); i.Parameters.AddWithValue(\"name\", name); i.ExecuteNonQuery();", "ON CONFLICT (email) DO NOTHING")]
    [InlineData("NpgsqlConnection", "if (c.ExecuteScalar<int>({S}, new { email }) > 0) return; var sql = {I}; c.Execute(sql, new { email, name });", "ON CONFLICT (email) DO NOTHING", "sql")]
    [InlineData("MySqlConnection", "if (c.ExecuteScalar<int>({S}, new { email }) > 0) return; c.Execute({I}, new { email, name });", "ON DUPLICATE KEY UPDATE email = email")]
    public Task With_a_unique_key_in_the_schema_the_row_of_the_other_is_left_alone(string connection, string body, string clause, string? reported = null)
    {
        var source = Keyed(connection, body.Replace("{S}", "\"SELECT COUNT(*) FROM customers WHERE email = @email\""));
        var insert = "\"INSERT INTO customers (email, name) VALUES (@email, @name)\"";
        return Rule.Fixes(
            reported is null ? source.Replace("{I}", $"[|{insert}|]") : source.Replace("{I}", insert).Replace($"({reported},", $"([|{reported}|],"),
            source.Replace("{I}", insert.Insert(insert.Length - 1, " " + clause)));
    }

    [Fact]
    public Task The_clause_goes_into_the_text_as_it_is_written() => Rule.Fixes(
        """"
        class C
        {
            const string Tables = """CREATE TABLE "Shop"."Customers" ("Id" bigserial, "E-Mail" text); CREATE UNIQUE INDEX u ON "Shop"."Customers" ("Tenant", "E-Mail")""";
            void A(NpgsqlConnection c, string email, long tenant)
            {
                if (c.ExecuteScalar<int>("""SELECT 1 FROM "Shop"."Customers" WHERE "E-Mail" = @email AND "Tenant" = @tenant LIMIT 1""", new { email, tenant }) == 0)
                {
                    // kept
                    c.Execute({|DBS305:"""
                        INSERT INTO "Shop"."Customers" ("E-Mail", "Tenant") -- of the shop
                        VALUES (@email, @tenant);
                        """|}, new { email, tenant }); // kept too
                }
            }
            void B(NpgsqlConnection c, string email, long tenant)
            {
                if (c.ExecuteScalar<int>("SELECT 1 FROM \"Shop\".\"Customers\" WHERE \"E-Mail\" = @email AND \"Tenant\" = @tenant", new { email, tenant }) == 0)
                    c.Execute({|DBS305:"INSERT INTO \"Shop\".\"Customers\" (\"Tenant\", \"E-Mail\") VALUES (@tenant, @email)"|}, new { email, tenant });
                if (c.ExecuteScalar<int>(@"SELECT 1 FROM ""Shop"".""Customers"" WHERE ""E-Mail"" = @email AND ""Tenant"" = @tenant", new { email, tenant }) == 0)
                    c.Execute({|DBS305:@"INSERT INTO ""Shop"".""Customers"" (""Tenant"", ""E-Mail"")
                                VALUES (@tenant, @email)"|}, new { email, tenant });
            }
        }
        """",
        """"
        class C
        {
            const string Tables = """CREATE TABLE "Shop"."Customers" ("Id" bigserial, "E-Mail" text); CREATE UNIQUE INDEX u ON "Shop"."Customers" ("Tenant", "E-Mail")""";
            void A(NpgsqlConnection c, string email, long tenant)
            {
                if (c.ExecuteScalar<int>("""SELECT 1 FROM "Shop"."Customers" WHERE "E-Mail" = @email AND "Tenant" = @tenant LIMIT 1""", new { email, tenant }) == 0)
                {
                    // kept
                    c.Execute("""
                        INSERT INTO "Shop"."Customers" ("E-Mail", "Tenant") -- of the shop
                        VALUES (@email, @tenant)
                        ON CONFLICT ("E-Mail", "Tenant") DO NOTHING;
                        """, new { email, tenant }); // kept too
                }
            }
            void B(NpgsqlConnection c, string email, long tenant)
            {
                if (c.ExecuteScalar<int>("SELECT 1 FROM \"Shop\".\"Customers\" WHERE \"E-Mail\" = @email AND \"Tenant\" = @tenant", new { email, tenant }) == 0)
                    c.Execute("INSERT INTO \"Shop\".\"Customers\" (\"Tenant\", \"E-Mail\") VALUES (@tenant, @email) ON CONFLICT (\"Tenant\", \"E-Mail\") DO NOTHING", new { email, tenant });
                if (c.ExecuteScalar<int>(@"SELECT 1 FROM ""Shop"".""Customers"" WHERE ""E-Mail"" = @email AND ""Tenant"" = @tenant", new { email, tenant }) == 0)
                    c.Execute(@"INSERT INTO ""Shop"".""Customers"" (""Tenant"", ""E-Mail"")
                                VALUES (@tenant, @email)
                                ON CONFLICT (""Tenant"", ""E-Mail"") DO NOTHING", new { email, tenant });
            }
        }
        """");

    [Fact]
    public Task The_message_names_the_clause_that_the_schema_allows() => Rule.Reports(
        Keyed("SqliteConnection", "using var own = new SqliteConnection(\"\"); if (own.ExecuteScalar<int>(\"SELECT COUNT(*) FROM customers WHERE email = @email\", new { email }) == 0) own.Execute([|\"INSERT INTO customers (email) VALUES (@email)\"|], new { email });"),
        "Another caller can insert the same 'email' into 'customers' after line 7 found none; insert with ON CONFLICT (email) DO NOTHING");

    [Theory]
    [InlineData("var n = c.Execute({I}, new { email, name });")]
    [InlineData("return c.Execute({I}, new { email, name });")]
    [InlineData("c.Execute({I}, new { email, name }); return 1;")]
    [InlineData("c.Execute({I}, new { email, name }); System.Console.WriteLine(name);")]
    [InlineData("c.Execute({I}, new { email, name }); var id = c.ExecuteScalar<long>(\"SELECT lastval()\");")]
    [InlineData("c.Execute({R}, new { email, name });")]
    [InlineData("var sql = {I}; var other = sql; c.Execute(sql, new { email, name });", "", "", "sql")]
    [InlineData("c.Execute(Sql, new { email, name });", "", "", "Sql")]
    [InlineData("c.Execute(\"INSERT INTO customers (email) \" + \"VALUES (@email)\", new { email, name });", "", "", "\"INSERT INTO customers (email) \" + \"VALUES (@email)\"")]
    [InlineData("c.Execute({I}, new { email, name });", "SELECT COUNT(*) FROM customers WHERE email = @email AND deleted = 0")]
    [InlineData("c.Execute({I}, new { email, name });", "SELECT COUNT(*) FROM customers WHERE email = @email AND name = @name")]
    [InlineData("c.Execute({I}, new { email, name });", "SELECT COUNT(*) FROM customers WHERE name = @name")]
    [InlineData("c.Execute({I}, new { email, name });", "SELECT active FROM customers WHERE email = @email")]
    [InlineData("c.Execute({I}, new { email, name });", "SELECT COUNT(name) FROM customers WHERE email = @email")]
    [InlineData("c.Execute({I}, new { email, name });", "SELECT 0 FROM customers WHERE email = @email")]
    [InlineData("c.Execute({I}, new { email, name });", "SELECT COUNT(*) FROM customers WHERE email = @email HAVING COUNT(*) > 3")]
    [InlineData("c.Execute({I}, new { email, name });", "SELECT DISTINCT name FROM customers WHERE email = @email")]
    public Task Where_it_would_change_more_than_the_error_of_the_second_there_is_no_fix(string insert, string select = "", string after = "", string? reported = null)
    {
        const string Text = "\"INSERT INTO customers (email, name) VALUES (@email, @name)\"";
        select = select.Length > 0 ? select : "SELECT COUNT(*) FROM customers WHERE email = @email";
        var source = insert.Replace("{R}", $"[|{Text.Insert(Text.Length - 1, " RETURNING id")}|]");
        source = reported is null ? source.Replace("{I}", $"[|{Text}|]") : source.Replace("{I}", Text).Replace($"({reported},", $"([|{reported}|],");
        return Rule.NoFix(Keyed("NpgsqlConnection", $"if (c.ExecuteScalar<int>(\"{select}\", new {{ email, name }}) == 0) {{ {source} }} {after} return 0;").Replace("async Task M", "int M").Replace("await Task.Yield();", ""));
    }

    [Theory]
    [InlineData("if ({Q} > 0) throw new InvalidOperationException(); {J}")]
    [InlineData("if ({Q} > 0) { c.Execute(\"UPDATE customers SET name = @name WHERE email = @email\", new { email, name }); } else { {J} }")]
    [InlineData("if ({Q} > 0) { c.Execute(\"UPDATE customers SET name = @name WHERE email = @email\", new { email, name }); return; } {J}")]
    [InlineData("if ({Q} > 0) return; {J} name = email; email = name;")]
    [InlineData("foreach (var x in new[] { 1 }) { if ({Q} > 0) return; {J} }")]
    [InlineData("foreach (var x in new[] { 1 }) { if ({Q} > 0) break; {J} }")]
    [InlineData("foreach (var x in new[] { 1 }) { if ({Q} > 0) continue; {J} name = email; }")]
    public Task Where_the_second_would_not_go_on_as_if_it_had_found_the_row_there_is_no_fix(string body) => Rule.NoFix(Keyed("NpgsqlConnection", Fill(body)));

    [Theory]
    [InlineData("NpgsqlConnection", "CREATE TABLE customers (id bigint, email text)")]
    [InlineData("NpgsqlConnection", "CREATE TABLE customers (email text); CREATE UNIQUE INDEX u ON customers (lower(email))")]
    [InlineData("NpgsqlConnection", "CREATE TABLE customers (email text); CREATE UNIQUE INDEX u ON customers (email) WHERE name IS NULL")]
    [InlineData("NpgsqlConnection", "CREATE TABLE customers (email text, name text, UNIQUE (email, name))")]
    [InlineData("SqlConnection", "CREATE TABLE customers (email text UNIQUE)")]
    [InlineData("MySqlConnection", "CREATE UNIQUE INDEX u ON customers (email)")]
    [InlineData("MySqlConnection", "CREATE TABLE customers (email varchar(100) UNIQUE, name varchar(10) UNIQUE)")]
    public Task Without_such_a_key_there_is_no_fix(string connection, string ddl) => Rule.NoFix(Keyed(connection, Fill("if ({Q} > 0) return; {J}"), ddl));

    private const string Repository = """
            Task<bool> ExistsAsync(string address) => Connection.ExecuteScalarAsync<bool>("SELECT COUNT(*) FROM customers WHERE email = @address", new { address });
            async Task<int?> FindAsync(User user) { var id = await Connection.ExecuteScalarAsync<int?>("SELECT id FROM customers WHERE email = @Email", user); return id; }
            async Task<bool> IsKnownAsync(string email) { using var q = new NpgsqlCommand("SELECT id FROM customers WHERE email = @email", Connection); q.Parameters.AddWithValue("email", email); using var r = await q.ExecuteReaderAsync(); return await r.ReadAsync(); }
            async Task<bool> IsFreeAsync(string email) => await Connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM customers WHERE email = @email", new { email }) == 0;
            internal Task AddAsync(string key, string name) => Connection.ExecuteAsync("INSERT INTO customers (email, name) VALUES (@key, @name)", new { key, name });
            public async Task StoreAsync(User user) { await Connection.ExecuteAsync("INSERT INTO customers (email) VALUES (@Email)", user); }
            public virtual Task AnyAsync(string key) => Connection.ExecuteAsync("INSERT INTO customers (email) VALUES (@key)", new { key });
            Task LowerAsync(string key) { key = key.ToLowerInvariant(); return Connection.ExecuteAsync("INSERT INTO customers (email) VALUES (@key)", new { key }); }
            async Task TryAddAsync(string key) { try { await Connection.ExecuteAsync("INSERT INTO customers (email) VALUES (@key)", new { key }); } catch (PostgresException) { } }
            async Task TwiceAsync(string key) { await Connection.ExecuteAsync("INSERT INTO customers (email) VALUES (@key)", new { key }); await Connection.ExecuteAsync("DELETE FROM log"); }
            Task InAsync(string key, NpgsqlTransaction t) => Connection.ExecuteAsync("INSERT INTO customers (email) VALUES (@key)", new { key }, t);
            async Task UpsertAsync(string key) { if (key.Length > 3 && await ExistsAsync(key + "x")) return; await Connection.ExecuteAsync("INSERT INTO customers (email) VALUES (@key)", new { key }); }
        """;

    [Theory]
    [InlineData("if (!await ExistsAsync(email)) await [|AddAsync(email, name)|];")]
    [InlineData("if (await ExistsAsync(email)) return; await [|AddAsync(name: name, key: email)|].ConfigureAwait(false);")]
    [InlineData("if (await ExistsAsync(address: user.Email)) throw new InvalidOperationException(); await [|StoreAsync(user)|];")]
    [InlineData("var known = await FindAsync(user); if (known is null) { await [|this.StoreAsync(user)|]; }")]
    [InlineData("if (!await IsKnownAsync(email)) await [|AddAsync(email, name)|];")]
    [InlineData("if (!await ExistsAsync(email)) await Connection.ExecuteAsync([|\"INSERT INTO customers (email) VALUES (@email)\"|], new { email });")]
    [InlineData("if (await Connection.ExecuteScalarAsync<int>(\"SELECT 1 FROM customers WHERE email = @email\", new { email }) == 0) await [|AddAsync(email, name)|];")]
    [InlineData("if (!await Here(email)) await [|Put(email)|]; Task<bool> Here(string e) => Connection.ExecuteScalarAsync<bool>(\"SELECT 1 FROM customers WHERE email = @e\", new { e }); Task Put(string e) => Connection.ExecuteAsync(\"INSERT INTO customers (email) VALUES (@e)\", new { e });")]
    public Task Methods_that_do_nothing_else_are_followed(string body) => Rule.Reports(Followed(body));

    [Fact]
    public Task The_method_that_inserts_is_named() => Rule.Reports(
        Followed("if (!await ExistsAsync(email)) await [|AddAsync(email, name)|];"),
        "Another caller can insert the same 'email' into 'customers' by 'AddAsync' after line 21 found none; give it a unique key and insert with ON CONFLICT DO NOTHING");

    [Theory]
    [InlineData("if (!await ExistsAsync(email)) await AddAsync(name, email);")]
    [InlineData("if (await ExistsAsync(email)) await AddAsync(email, name);")]
    [InlineData("if (!await ExistsAsync(email)) { } await AddAsync(email, name);")]
    [InlineData("if (!await IsFreeAsync(email)) await AddAsync(email, name);")]
    [InlineData("if (!await ExistsAsync(email)) await AnyAsync(email);")]
    [InlineData("if (!await ExistsAsync(email)) await LowerAsync(email);")]
    [InlineData("if (!await ExistsAsync(email)) await TryAddAsync(email);")]
    [InlineData("if (!await ExistsAsync(email)) await TwiceAsync(email);")]
    [InlineData("if (!await ExistsAsync(email)) await InAsync(email, null!);")]
    [InlineData("if (!await ExistsAsync(email)) await UpsertAsync(email);")]
    [InlineData("if (!await store.ExistsAsync(email)) await store.AddAsync(email);")]
    [InlineData("try { if (!await ExistsAsync(email)) await AddAsync(email, name); } catch (PostgresException) { }")]
    [InlineData("await gate.WaitAsync(); if (!await ExistsAsync(email)) await AddAsync(email, name);")]
    [InlineData("using var t = Connection.BeginTransaction(); if (!await ExistsAsync(email)) await AddAsync(email, name); t.Commit();")]
    public Task Methods_that_may_do_something_else_are_not_followed(string body) => Rule.Silent(Followed(body));

    [Fact]
    public Task The_method_may_stand_in_another_class() => Rule.Reports(
        """
        class Service(Customers customers)
        {
            async Task RegisterAsync(string mail)
            {
                if (await customers.ExistsAsync(mail)) return;
                await [|customers.AddAsync(mail)|];
            }
            async Task SeedAsync(string mail)
            {
                if (await customers.ExistsAsync(mail)) return;
                await customers.AddAsync(mail);
            }
        }
        public sealed class Customers(NpgsqlDataSource source)
        {
            public async Task<bool> ExistsAsync(string email)
            {
                await using var connection = await source.OpenConnectionAsync();
                return await connection.ExecuteScalarAsync<bool>("SELECT EXISTS_ FROM customers WHERE email = @email", new { email });
            }
            public async Task AddAsync(string email)
            {
                await using var connection = await source.OpenConnectionAsync();
                await connection.ExecuteAsync("INSERT INTO customers (email) VALUES (@email)", new { email });
            }
        }
        """);

    [Fact]
    public Task Extensions_static_methods_and_parts_of_a_class_are_followed() => Rule.Reports(
        """
        static class Queries
        {
            public static Task<bool> KnowsAsync(this NpgsqlConnection connection, string email) =>
                connection.ExecuteScalarAsync<bool>("SELECT COUNT(*) FROM customers WHERE email = @email", new { email });
            public static async Task AddAsync(this NpgsqlConnection connection, string email) =>
                await connection.ExecuteAsync("INSERT INTO customers (email) VALUES (@email)", new { email }).ConfigureAwait(false);
        }
        partial class C
        {
            async Task A(NpgsqlConnection c, string mail) { if (!await c.KnowsAsync(mail)) { await [|c.AddAsync(mail)|]; } }
            async Task B(NpgsqlConnection c, string mail) { if (!await Queries.KnowsAsync(email: mail, connection: c)) { await [|Queries.AddAsync(c, mail)|]; } }
            async Task D(NpgsqlConnection c, string mail) { if (!await c.KnowsAsync(mail)) { await c.AddAsync(mail.Trim()); } }
            bool E(NpgsqlConnection c, string mail) { if (Has(c, mail)) return false; [|Put(c, mail)|]; return true; }
        #if DEBUG
            void F(NpgsqlConnection c, string mail) { if (Has(c, mail)) return; Put(c, mail); }
        #endif
        }
        partial class C
        {
            static bool Has(NpgsqlConnection c, string key)
            {
                using var command = new NpgsqlCommand("SELECT COUNT(*) FROM customers WHERE email = @key", c);
                command.Parameters.AddWithValue("key", key);
                return (long)command.ExecuteScalar()! > 0;
            }
            static void Put(NpgsqlConnection c, string key)
            {
                using var command = new NpgsqlCommand("INSERT INTO customers (email) VALUES (@key)", c);
                command.Parameters.AddWithValue("key", key);
                command.ExecuteNonQuery();
            }
        }
        """);

    [Fact]
    public Task In_a_program_of_statements_local_functions_are_followed() => Rule.Reports(
        """
        using var c = new NpgsqlConnection("");
        var mail = Console.ReadLine()!;
        if (!Has(mail)) [|Put(mail)|];

        bool Has(string key) => c.ExecuteScalar<bool>("SELECT COUNT(*) FROM customers WHERE email = @key", new { key });
        void Put(string key) => c.Execute("INSERT INTO customers (email) VALUES (@key)", new { key });
        """,
        new Setup { TopLevel = true });

    private static string Followed(string body) => $$"""
        interface IStore { Task<bool> ExistsAsync(string email); Task AddAsync(string email); }
        class User { public required string Email { get; init; } }
        class C(NpgsqlConnection connection, SemaphoreSlim gate, IStore store)
        {
            NpgsqlConnection Connection => connection;
        {{Repository}}
            async Task M(string email, string name, User user)
            {
                await Task.Yield();
                {{body}}
            }
        }
        """;

    private static string Keyed(string connection, string body, string ddl = "CREATE TABLE customers (id bigint PRIMARY KEY, email varchar(100) NOT NULL UNIQUE, name text)") => $$"""
        class C
        {
            const string Tables = "{{ddl}}", Sql = "INSERT INTO customers (email, name) VALUES (@email, @name)";
            async Task M({{connection}} c, string email, string name)
            {
                await Task.Yield();
                {{body}}
            }
        }
        """;

    private static string Fill(string body) => body
        .Replace("{Q}", "c.ExecuteScalar<int>(\"SELECT id FROM customers WHERE email = @email\", new { email })")
        .Replace("{I}", $"c.Execute(\"{Insert}\", new {{ email, name }});").Replace("{J}", $"c.Execute([|\"{Insert}\"|], new {{ email, name }});");

    private static string Program(string body) => $$"""
        class User { public required string Email { get; init; } }
        class C(SemaphoreSlim gate)
        {
            async Task M(NpgsqlConnection c, NpgsqlTransaction t0, string email, string name, User user, IsolationLevel level)
            {
                await Task.Yield();
                {{body}}
            }
        }
        """;

    private static string Ef(string body) => $$"""
        class User { public string Email { get; set; } = ""; public string Name { get; set; } = ""; }
        class Post { public string Email { get; set; } = ""; }
        class Db : DbContext { public DbSet<User> Users => Set<User>(); public DbSet<Post> Posts => Set<Post>(); }
        class C { async Task M(Db db, string email, User user) { await Task.Yield(); {{body}} } }
        """;
}
