// The source in C#: every text is read.

using System;
using System.IO;
using System.Text;
using GbEnums;

public static class RoundTrip
{
    static string FromHex(string hex)
    {
        var bytes = new byte[hex.Length / 2];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = Convert.ToByte(hex.Substring(2 * i, 2), 16);
        return Encoding.UTF8.GetString(bytes);
    }

    public static int Main()
    {
        var lines = File.ReadAllLines(Path.Combine(Environment.GetEnvironmentVariable("PLACE"), "texts"));
        foreach (var line in lines)
        {
            var fields = line.Split('\t');
            if (!ClassNames.TryParse(FromHex(fields[1]), out Class value) || (short)value != short.Parse(fields[0])
                || value.ToName() != FromHex(fields[2]))
            {
                Console.WriteLine(line);
                return 1;
            }
        }
        var is_deprecated = typeof(Class).GetField("InProgress2").IsDefined(typeof(ObsoleteAttribute), false);
        return lines.Length > 20 && is_deprecated && !ClassNames.TryParse("nothing", out Class nothing)
            && ((Class)99).ToName() == null ? 0 : 1;
    }
}
