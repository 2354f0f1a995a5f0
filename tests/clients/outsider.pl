# A client in another language, written from docs/protocol.md alone, with what comes with Perl: asks for a pass,
# opens the socket, joins, hears, votes, talks and holds. Reads `url` and `stream` from the command line, writes one
# JSON line per step.
use strict;
use warnings;
use IO::Socket::INET;
use JSON::PP;
use MIME::Base64 qw(encode_base64);

my ($url, $stream) = @ARGV;
my ($host, $port) = $url =~ m{^http://([^:/]+):(\d+)$} or die "no address";
my $json = JSON::PP->new->utf8->canonical;
$| = 1;
$SIG{ALRM} = sub { die "it took too long" };
alarm 60;

sub say_step { my ($step, $value) = @_; print $json->encode({ step => $step, %$value }), "\n" }

# A pass, over HTTP.
my $http = IO::Socket::INET->new(PeerHost => $host, PeerPort => $port) or die $!;
print $http "POST /api/v1/streams/$stream/pass HTTP/1.1\r\nHost: $host\r\nConnection: close\r\n"
  . "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
my $answer = do { local $/; <$http> };
my ($head, $body) = split /\r\n\r\n/, $answer, 2;
$head =~ m{^HTTP/1\.1 201 } or die $head;
my $pass = $json->decode($body);

# The WebSocket.
my $line = IO::Socket::INET->new(PeerHost => $host, PeerPort => $port) or die $!;
my $key = encode_base64(join("", map { chr int rand 256 } 1 .. 16), "");
print $line "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: $host\r\nUpgrade: websocket\r\n"
  . "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: $key\r\n\r\n";
my $status = readline $line;
$status =~ m{^HTTP/1\.1 101 } or die $status;
while (my $header = readline $line) { last if $header eq "\r\n" }

sub take { my $size = shift; my $data = ""; while (length $data < $size) {
    read($line, $data, $size - length $data, length $data) or die "the server hung up" } return $data }

sub hear {
    my ($first, $size) = unpack "CC", take(2);
    $size = unpack "n", take(2) if $size == 126;
    $size = unpack "Q>", take(8) if $size == 127;
    my $packet = take($size);
    die "closed: " . unpack("n", $packet) if ($first & 15) == 8;
    return $packet;
}

sub send_packet {
    my $packet = shift;
    my $size = length $packet;
    my @mask = map { int rand 256 } 1 .. 4;
    my $head = pack "C", 0x81;
    $head .= $size < 126 ? pack("C", 0x80 | $size) : pack("Cn", 0x80 | 126, $size);
    my $n = 0;
    print $line $head . pack("C4", @mask) . join "", map { chr(ord($_) ^ $mask[$n++ % 4]) } split //, $packet;
    $line->flush;
}

# Engine.IO and Socket.IO: what is heard is kept by its kind.
my (%acks, @events);
my ($opened, $refused, $number) = (0, undef, 0);

sub turn {
    my $packet = hear();
    if ($packet eq "2") { send_packet("3") }
    elsif ($packet =~ /^0/) { send_packet("40" . $json->encode({ token => $pass->{token} })) }
    elsif ($packet =~ /^40/) { $opened = 1 }
    elsif ($packet =~ /^44(.*)/s) { $refused = $json->decode($1) }
    elsif ($packet =~ /^43(\d+)(.*)/s) { $acks{$1} = $json->decode($2)->[0] }
    elsif ($packet =~ /^42(\[.*)/s) { push @events, $json->decode($1) }
}

sub ask {
    my ($name, $body) = @_;
    my $own = ++$number;
    send_packet("42$own" . $json->encode([$name, $body]));
    turn() until $acks{$own};
    return delete $acks{$own};
}

sub told {    # the next event of that name, from those heard or to come
    my ($name, $wanted) = @_;
    while (1) {
        for my $n (0 .. $#events) {
            next if $events[$n][0] ne $name or ($wanted and !$wanted->($events[$n][1]));
            return (splice @events, $n, 1)->[1];
        }
        turn();
    }
}

turn() until $opened or $refused;
die $json->encode($refused) if $refused;
my $joined = ask("room.join", { stream => $stream })->{data};
my $shown = $joined->{snapshot};
say_step("joined", { viewer => $pass->{viewer}, seq => $shown->{seq}, pins => scalar @{ $shown->{pins} } });

my $wrong = ask("room.join", { stream => $stream, more => 1 });
say_step("wrong", { code => $wrong->{error}{code} });

my $opened_poll = told("poll.opened");    # the host opens one now
my $option = $opened_poll->{poll}{options}[1]{id};
my $ballot = ask("poll.vote", { stream => $stream, poll => $opened_poll->{poll}{id}, options => [$option] });
my $tallied = told("poll.tallied", sub { $_[0]{tally}{voters} == 1 });
say_step("voted", { gap => $opened_poll->{seq} - $shown->{seq} - 1, ballot => $ballot->{data}{options},
    counts => $tallied->{tally}{counts}, option => $option });

ask("chat.open", { stream => $stream });
my $me = ask("chat.choose_name", { stream => $stream, as_name => "Perle" });
my $said = ask("chat.say", { stream => $stream, key => "perl-says-1", text => "Gr\x{fc}\x{df}e \x{2764}" });
my $heard = told("chat.said");
say_step("talked", { name => $me->{data}{name}, same => $json->encode($heard->{messages}[0]) eq
    $json->encode($said->{data}{message}), text => $heard->{messages}[0]{text} });

my $pin = $shown->{pins}[0];
my $variant = $pin->{product}{variants}[0]{id};
my %tap = (key => "perl-taps-1", stream => $stream, pin => $pin->{id}, variant => $variant, quantity => 2);
my $held = ask("hold.create", \%tap)->{data};
my $again = ask("hold.create", \%tap)->{data};
my $left = told("stock.changed", sub { defined $_[0]{levels}{$variant} });
my $released = ask("hold.release", { hold => $held->{hold}{id} });
my $ended = told("hold.ended");
say_step("held", { same => $again->{hold}{id} eq $held->{hold}{id}, left => $left->{levels}{$variant},
    released => $released->{ok}, ended => $ended->{hold} eq $held->{hold}{id}, reason => $ended->{reason} });
send_packet("1");
