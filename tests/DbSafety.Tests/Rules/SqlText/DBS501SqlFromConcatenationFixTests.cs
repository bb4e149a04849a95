using DbSafety.Rules.SqlText;
using DbSafety.Tests.Engine;
using Xunit;

namespace DbSafety.Tests.Rules.SqlText;

/// <summary>What the fix makes of the SQL text and of the values in it; the sinks are in the other part.</summary>
public partial class DBS501SqlFromConcatenationFixTests
{
    // With nullable off a string can be null, and the text of the fix differs.
    private static readonly Setup NullableOn = new() { EitherNullable = false };
    private static readonly Setup NullableOff = new() { Nullable = false, EitherNullable = false };

    private static Task Fixes(string before, string after, Setup? setup = null) => Verify<DBS501SqlFromConcatenation>.Fixes(before, after, setup ?? NullableOn);

    private static Task NoFix(string source, Setup? setup = null) => Verify<DBS501SqlFromConcatenation>.NoFix(source, setup);

    /// <summary>The text of a Dapper call, whose parameters are an anonymous object.</summary>
    private static Task Text(string before, string after, string parameters, string connection = "SqlConnection") =>
        Verify<DBS501SqlFromConcatenation>.Fixes(Dapper(before.Trim(), connection), Dapper($"{after.Trim()}, new {{ {parameters.Trim()} }}", connection));

    private static Task NoText(string sql, string connection = "SqlConnection") => NoFix(Dapper($"[|{sql.Trim()}|]", connection));

    private static string Dapper(string sql, string connection) => $$"""
        class C
        {
            const string Table = "t";

            void M({{connection}} c, string name, string text, int id, User user, string[] rows, List<string> names, int[] ids, string table)
            {
                c.Execute({{sql}});
            }
        }

        class User
        {
            public string Name { get; set; } = "";
            public int? Age { get; set; }
            public Guid Key { get; set; }
            public DateTime Born { get; set; }
            public DayOfWeek Day { get; set; }
        }
        """;

    [Fact]
    public Task More_values_than_a_person_writes_stay_text() => Verify<DBS501SqlFromConcatenation>.NoFix(
        "connection.Execute([|\"DELETE FROM t WHERE \" + " + string.Join(" + ", Enumerable.Range(0, 201).Select(i => $"\"OR n{i} = '\" + name.Substring({i}) + \"' \"")) + "|]);");

    [Fact]
    public Task Quotes_in_an_interpolated_string_go() => Text(
        """$"SELECT 1 FROM t WHERE a = '{name}' AND b = '{text}'" """, """ "SELECT 1 FROM t WHERE a = @name AND b = @text" """, "name, text");

    [Fact]
    public Task An_N_prefix_goes_with_its_quotes() => Text(
        """$"SELECT 1 FROM t WHERE a = N'{name}'" """, """ "SELECT 1 FROM t WHERE a = @name" """, "name");

    [Fact]
    public Task Literals_of_a_sum_are_merged() => Text(
        """ "SELECT 1 FROM t WHERE a = '" + name + "' AND b = '" + text + "'" """, """ "SELECT 1 FROM t WHERE a = @name AND b = @text" """, "name, text");

    [Fact]
    public Task Values_without_quotes_are_parameters_where_the_server_converts_text() => Text(
        """ "SELECT 1 FROM t WHERE a = " + name + " AND b = " + id """, """ "SELECT 1 FROM t WHERE a = @name AND b = @id" """, "name, id");

    [Fact]
    public Task Sums_over_several_lines_keep_their_lines_and_comments() => Text(
        """
        "SELECT 1 FROM t " + // one
                    "WHERE a = '" + name + "' " +
                    "AND b = '" + // two
                    text + "' AND c = " + /* three */ id
        """,
        """
        "SELECT 1 FROM t " + // one
                    "WHERE a = @name " +
                    "AND b = " + // two
                    "@text AND c = " + /* three */ "@id"
        """, "name, text, id");

    [Fact]
    public Task A_last_literal_of_which_nothing_is_left_goes() => Text(
        """
        "SELECT 1 FROM t WHERE a = '" +
                    name +
                    "'"
        """,
        """
        "SELECT 1 FROM t WHERE a = " +
                    "@name"
        """, "name");

    [Fact]
    public Task Verbatim_strings_stay_verbatim() => Text(
        """
        @"SELECT 1 FROM t
          WHERE a = '" + name + @"' AND b = ""x"" AND c = '" + text + @"'"
        """,
        """
        @"SELECT 1 FROM t
          WHERE a = @name AND b = ""x"" AND c = @text"
        """, "name, text");

    [Fact]
    public Task Raw_strings_stay_raw() => Text(
        """"
        $"""
            SELECT 1 FROM t
              WHERE a = '{name}'

                AND b = {id}
            """
        """",
        """"
        """
            SELECT 1 FROM t
              WHERE a = @name

                AND b = @id
            """
        """", "name, id");

    [Fact]
    public Task Raw_strings_with_two_dollars_keep_their_braces() => Text(
        """"
        $$"""SELECT '{' FROM t WHERE a = '{{name}}'"""
        """",
        """"
        """SELECT '{' FROM t WHERE a = @name"""
        """", "name");

    [Fact]
    public Task Doubled_braces_become_single_where_the_dollar_goes() => Text(
        """$"SELECT '{{}}' FROM t WHERE a = '{name}'" """, """ "SELECT '{}' FROM t WHERE a = @name" """, "name");

    [Fact]
    public Task Verbatim_interpolated_strings_lose_only_the_dollar() => Text(
        """$@"SELECT '\' FROM t WHERE a = '{name}'" """, """@"SELECT '\' FROM t WHERE a = @name" """, "name");

    [Fact]
    public Task Escapes_beside_the_hole_stay() => Text(
        """ "SELECT 1 FROM t\r\n\tWHERE a = '" + name + "'\r\n\tAND b = '" + text + "'\n" """, """ "SELECT 1 FROM t\r\n\tWHERE a = @name\r\n\tAND b = @text\n" """, "name, text");

    [Fact]
    public Task A_constant_keeps_its_hole() => Text(
        """$"SELECT 1 FROM {Table} WHERE a = '{name}'" """, """$"SELECT 1 FROM {Table} WHERE a = @name" """, "name");

    [Fact]
    public Task An_interpolated_string_in_a_sum_is_read_with_its_neighbours() => Text(
        """ "SELECT 1 FROM t WHERE a = '" + $"{name}' AND b = '{text}" + "'" """, """ "SELECT 1 FROM t WHERE a = " + "@name AND b = @text" + "" """, "name, text");

    [Fact]
    public Task Format_without_arguments_is_its_format() => Text(
        """string.Format("SELECT '{{' FROM t WHERE a = '{0}' AND b = {1} AND c = '{0}'", name, id) """, """ "SELECT '{' FROM t WHERE a = @name AND b = @id AND c = @name" """, "name, id");

    [Fact]
    public Task Format_keeps_the_arguments_that_stay() => Fixes(
        """
        connection.Execute(string.Format("SELECT 1 FROM {1} WHERE a = '{0}' AND b = '{2}'", name, Table(), name));
        static string Table() => Environment.MachineName;
        """,
        """
        connection.Execute([|string.Format("SELECT 1 FROM {0} WHERE a = @name AND b = @name", Table())|], new { name });
        static string Table() => Environment.MachineName;
        """.Replace("[|", "").Replace("|]", ""));

    [Fact]
    public Task Format_keeps_constants_among_its_arguments() => Text(
        """string.Format("SELECT 1 FROM {1} WHERE a = '{0}' AND b > {2}", name, Table, 5)""", """string.Format("SELECT 1 FROM {0} WHERE a = @name AND b > {1}", Table, 5)""", "name");

    [Fact]
    public Task Names_stay_in_the_text() => Text(
        """$"SELECT 1 FROM [{table}] WHERE a = '{name}'" """, """$"SELECT 1 FROM [{table}] WHERE a = @name" """, "name");

    [Fact]
    public Task Text_around_the_hole_moves_into_the_value() => Text(
        """$"SELECT 1 FROM t WHERE a LIKE '%{name}%' AND b LIKE '{text}_' AND c = 'x-{user.Name}'" """,
        """ "SELECT 1 FROM t WHERE a LIKE @name AND b LIKE @text AND c = @name2" """,
        """name = "%" + name + "%", text = text + "_", name2 = "x-" + user.Name""");

    [Fact]
    public Task An_operator_is_put_in_parentheses_where_text_is_added() => Text(
        """ "SELECT 1 FROM t WHERE a LIKE '%" + (id > 1 ? name : text) + "%'" """,
        """ "SELECT 1 FROM t WHERE a LIKE @p0" """, """p0 = "%" + (id > 1 ? name : text) + "%" """);

    [Fact]
    public Task A_placeholder_does_not_grow_together_with_a_word() => Text(
        """$"UPDATE t SET a='{name}'WHERE b LIKE'{text}'AND c=-{id}" """, """ "UPDATE t SET a=@name WHERE b LIKE @text AND c=- @id" """, "name, text, id");

    [Fact]
    public Task Quotes_doubled_by_hand_are_single_in_the_value() => Text(
        """$"SELECT 1 FROM t WHERE a = '{name.Replace("'", "''")}'" """, """ "SELECT 1 FROM t WHERE a = @name" """, "name");

    [Fact]
    public Task Typed_values_in_quotes_pass_their_text() => Text(
        """$"SELECT 1 FROM t WHERE a = '{name}' AND b = '{user.Key}' AND c = '{user.Born:yyyy-MM-dd}' AND d = '{user.Age}' AND e = '{user.Day}'" """,
        """ "SELECT 1 FROM t WHERE a = @name AND b = @key AND c = @born AND d = @age AND e = @day" """,
        """name, key = user.Key.ToString(), born = user.Born.ToString("yyyy-MM-dd"), age = $"{user.Age}", day = user.Day.ToString()""");

    [Fact]
    public Task The_format_provider_stays() => Text(
        """string.Format(System.Globalization.CultureInfo.InvariantCulture, "SELECT 1 FROM t WHERE a = '{0}' AND b = '{1:d}'", name, user.Born)""",
        """ "SELECT 1 FROM t WHERE a = @name AND b = @born" """,
        """name, born = user.Born.ToString("d", System.Globalization.CultureInfo.InvariantCulture)""");

    [Fact]
    public Task A_number_written_by_ToString_passes_as_the_number() => Text(
        """ "SELECT 1 FROM t WHERE a = '" + name + "' AND b = " + id.ToString() """, """ "SELECT 1 FROM t WHERE a = @name AND b = @id" """, "name, id");

    [Fact]
    public Task Parameters_are_named_after_their_operands() => Text(
        """$"SELECT 1 FROM t WHERE a = '{user.Name}' AND b = '{rows[0]}' AND c = '{name.Trim()}' AND d = '{names[0].ToUpper()}'" """,
        """ "SELECT 1 FROM t WHERE a = @name AND b = @rows AND c = @name2 AND d = @names" """,
        "name = user.Name, rows = rows[0], name2 = name.Trim(), names = names[0].ToUpper()");

    [Fact]
    public Task The_same_variable_twice_is_one_parameter() => Text(
        """$"SELECT 1 FROM t WHERE a = '{user.Name}' OR b = '{user.Name}'" """, """ "SELECT 1 FROM t WHERE a = @name OR b = @name" """, "name = user.Name");

    [Fact]
    public Task Names_do_not_collide_with_what_the_member_uses() => Fixes(
        """
        using var other = new SqliteCommand("SELECT @name", connection);
        connection.Execute($"SELECT 1 FROM t WHERE a = '{name}' AND b = $Id AND c = {id}", new { Id = 1 });
        """,
        """
        using var other = new SqliteCommand("SELECT @name", connection);
        connection.Execute("SELECT 1 FROM t WHERE a = @name2 AND b = $Id AND c = @id2", new { Id = 1, name2 = name, id2 = id });
        """);

    [Theory]
    [InlineData("""$"SELECT 1 FROM t WHERE a IN ({string.Join(",", names.Select(x => $"'{x}'"))})" """, """ "SELECT 1 FROM t WHERE a IN @names" """, "names")]
    [InlineData("""$"SELECT 1 FROM t WHERE a NOT IN ( '{string.Join("', '", rows)}' ) AND b = {id}" """, """ "SELECT 1 FROM t WHERE a NOT IN @rows AND b = @id" """, "rows, id")]
    [InlineData("""$"SELECT 1 FROM t WHERE a = '{name}' AND b IN({string.Join(",", ids)})" """, """ "SELECT 1 FROM t WHERE a = @name AND b IN @ids" """, "name, ids")]
    public Task A_joined_list_is_expanded_by_Dapper(string before, string after, string parameters) => Text(before, after, parameters);

    [Fact]
    public async Task Dapper_hands_lists_to_Npgsql_as_arrays()
    {
        await Text("""$"SELECT 1 FROM t WHERE a = '{name}' AND b NOT IN ({string.Join(",", ids)})" """, """ "SELECT 1 FROM t WHERE a = @name AND b <> ALL(@ids)" """, "name, ids", "NpgsqlConnection");
        await NoText("""$"SELECT 1 FROM t WHERE a = '{name}' AND b IN ({string.Join(",", ids)})" """, "IDbConnection");
    }

    [Fact]
    public Task A_local_used_once_is_edited_where_it_is_built() => Fixes(
        """
        var sql = "SELECT 1 FROM t WHERE a = '" + name + "'";
        try
        {
            using (var command = new SqliteCommand(sql, connection)) { command.ExecuteNonQuery(); }
        }
        finally { }
        """,
        """
        var sql = "SELECT 1 FROM t WHERE a = @name";
        try
        {
            using (var command = new SqliteCommand(sql, connection)) { command.Parameters.AddWithValue("@name", name); command.ExecuteNonQuery(); }
        }
        finally { }
        """);

    [Theory]
    [InlineData("var sql = $\"DELETE FROM t WHERE a = '{name}'\"; name = \"x\"; connection.Execute([|sql|]);")]
    [InlineData("var sql = $\"DELETE FROM t WHERE a = '{name}'\"; Console.WriteLine(sql); connection.Execute([|sql|]);")]
    [InlineData("var sql = $\"DELETE FROM t WHERE a = '{name}'\"; if (id > 1) sql += \" OR 1 = 1\"; connection.Execute([|sql|]);")]
    [InlineData("var sql = $\"DELETE FROM t WHERE a = '{name}'\"; Action run = () => connection.Execute([|sql|]);")]
    [InlineData("var sql = $\"DELETE FROM t WHERE a = '{Console.ReadLine()}'\"; connection.Open(); connection.Execute([|sql|]);")]
    [InlineData("var sql = new StringBuilder(\"DELETE FROM t WHERE a = '\").Append(name).Append(\"'\"); connection.Execute([|sql.ToString()|]);")]
    [InlineData("var where = \"WHERE a = '\" + name + \"'\"; connection.Execute([|\"DELETE FROM t \" + where|]);")]
    [InlineData("var value = id > 1 ? \"NULL\" : \"'\" + name + \"'\"; connection.Execute([|\"UPDATE t SET a = \" + value|]);")]
    [InlineData("var quoted = name.Replace(\"'\", \"''\"); connection.Execute([|$\"UPDATE t SET a = '{quoted}'\"|]);")]
    [InlineData("connection.Execute([|$\"UPDATE t SET a = '{Sql(name)}'\"|]); static string Sql(string s) => s.Replace(\"'\", \"''\");")]
    public Task Text_that_is_built_elsewhere_is_left_alone(string source) => NoFix(source);

    [Theory]
    [InlineData("""$"SELECT TOP {id} a FROM t WHERE a = '{name}'" """)]
    [InlineData("""$"SELECT 1 FROM t WHERE a = '{name}-{text}'" """)]
    [InlineData("""$"SELECT 1 FROM t WHERE a = 'it''s {name}'" """)]
    [InlineData("""$"SELECT 1 FROM t WHERE a = '{name,10}'" """)]
    [InlineData("""$"SELECT 1 FROM t WHERE a = '{name}' AND b = {user.Born}" """)]
    [InlineData("""$"SELECT 1 FROM t WHERE a = '{name}' AND b = {user.Day}" """)]
    [InlineData("""$"SELECT 1 FROM t WHERE a = '{name}' AND b = {id:D5}" """)]
    [InlineData("""$"SELECT 1 FROM t WHERE a = \u0027{name}\u0027" """)]
    [InlineData("""$"SELECT 1 FROM t WHERE a = '{name}' AND b IN ({string.Join(",", names)})" """)]
    [InlineData("""$"SELECT 1 FROM t WHERE a = {(id > 1 ? "NULL" : name)}" """)]
    [InlineData("""$"SELECT 1 FROM t WHERE a = {name ?? "NULL"}" """)]
    [InlineData("""string.Format("SELECT 1 FROM t WHERE a = '{0}' AND b = '{1}'", rows) """)]
    [InlineData("""$"SELECT 1 FROM t WHERE a = '{name.Replace("\\", "\\\\")}'" """)]
    public Task Where_no_parameter_means_the_same_there_is_no_fix(string sql) => NoText(sql);

    [Fact]
    public async Task Text_without_quotes_needs_a_server_or_column_that_converts()
    {
        await NoText("""$"SELECT 1 FROM t WHERE 1 = {name}" """, "SqliteConnection");
        await NoText("""$"SELECT 1 FROM t WHERE a = {name}" """, "NpgsqlConnection");
        await NoText("""$"SELECT 1 FROM t WHERE a = {name}" """, "IDbConnection");
        await NoText("""$"SELECT 1 FROM t WHERE a = '{name}' AND b = '{user.Key}'" """, "IDbConnection");
        await Text("""$"SELECT 1 FROM t WHERE a = {name}" """, """ "SELECT 1 FROM t WHERE a = @name" """, "name", "SqliteConnection");
    }

    [Fact]
    public async Task Limits_are_parameters_where_the_server_takes_one()
    {
        await Text("""$"SELECT 1 FROM t WHERE a = '{name}' LIMIT {id}" """, """ "SELECT 1 FROM t WHERE a = @name LIMIT @id" """, "name, id", "SqliteConnection");
        await Text("""$"SELECT 1 FROM t WHERE a = '{name}' LIMIT {id} OFFSET {ids[0]}" """, """ "SELECT 1 FROM t WHERE a = @name LIMIT @id OFFSET @ids" """, "name, id, ids = ids[0]", "MySqlConnection");
        await NoText("""$"SELECT 1 FROM t WHERE a = '{name}' LIMIT {text}" """, "SqliteConnection");
    }

    [Fact]
    public async Task A_wrapper_and_a_fragment_have_no_parameters()
    {
        await NoFix("""
            Run([|$"DELETE FROM t WHERE a = '{name}'"|]);
            void Run(string sql) => connection.Execute(sql);
            """);
    }
}
