# The portal of LemonLDAP::NG as its web server has it: its own files beside it, everything else to the portal.
use strict;
use warnings;
use JSON;
use Plack::Builder;
use Lemonldap::NG::Portal;
use Lemonldap::NG::Portal::UserDB::Demo;

open my $file, '<', $ENV{WORKS_WITH_PEOPLE} or die "people: $!";
my $people = JSON->new->utf8->decode( do { local $/; <$file> } );

# The people of its demonstration backend, whose passwords are their names.
%Lemonldap::NG::Portal::UserDB::Demo::demoAccounts = map { $_->{uid} => $_ } @$people;

# It loads a captcha though none is asked for: this one never is.
{

    package WorksWith::NoCaptcha;
    use Mouse;
    extends 'Lemonldap::NG::Portal::Main::Plugin';
    sub init { 1 }
    $INC{'WorksWith/NoCaptcha.pm'} = __FILE__;
}

builder {
    enable 'Static', path => sub {s{^/static/}{}}, root => "$ENV{WORKS_WITH_SHARE}/lemonldap-ng/portal/htdocs/static";
    enable 'Static', path => sub {s{^/javascript/}{}}, root => "$ENV{WORKS_WITH_SHARE}/javascript";
    Lemonldap::NG::Portal->run( {} );
};
