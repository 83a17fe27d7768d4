// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAuction} from "../interfaces/IAuction.sol";
import {IVault} from "../interfaces/IVault.sol";
import {
    AwkwardToken,
    BlocklistToken,
    DeadToken,
    FalseReturningToken,
    FeeOnSenderToken,
    FeeOnTransferToken,
    GasBurningToken,
    HookedToken,
    ITokenHooks,
    LyingToken,
    NoReturnToken,
    PausedToken,
    PlainToken,
    RebasingToken,
    ReturnBombToken,
    ZeroRefusingToken
} from "./AwkwardTokens.t.sol";
import {IMintableToken, StageToken, VaultStage} from "./VaultStage.t.sol";

// Each awkward token, as base asset and as position, in a vault that two people hold and that has bought its position
// while the token was still good. Then it turns, and:
//
// ├── entry, selling fill, buying fill: exact, or refused by the name given and without a trace
// ├── VLT-4 in-kind exit succeeds: the part of the other asset arrives, that of the awkward one arrives or is a claim
// ├── V20 whoever stays can leave too, and gets the same
// ├── VLT-1 the vault holds what ledger and claims say, but for tokens that take from their holder
// └── once the token is good again every claim is paid in full
contract TokenBehaviourTest is VaultStage {
    struct Promises {
        bytes entry; // error of a deposit; empty = it works
        bytes sale; // error of a fill that sells the position
        bytes purchase; // error of a fill that buys more of it
        bool isPaid; // in-kind exit delivers the awkward token; else a claim on it
        bool isCovered;
    }

    bytes private constant ANY = "any"; // an error that is the token's own affair
    uint256 private constant EACH = 1_000_000; // base assets of each holder

    address private alice = makeAddr("alice");
    address private bob = makeAddr("bob");
    address private keeper = makeAddr("keeper");

    AwkwardToken private awkward;
    IMintableToken private other;

    function _open(AwkwardToken awkward_, bool isBase) private {
        awkward = awkward_;
        other = IMintableToken(address(new StageToken(isBase ? 18 : 6)));
        address[] memory held = new address[](1);
        held[0] = isBase ? address(other) : address(awkward);
        _stage(isBase ? address(awkward) : address(other), held);
        _deposit(alice, EACH * 10 ** base.decimals());
        _deposit(bob, EACH * 10 ** base.decimals());
        _publish(0, -2 << 32); // 25 %/yr: weight 4000 bps
        vault.open(0);
        skip(AUCTION_LIFE / 4); // at the oracle price
        _refreshPrices();
        (,, uint256 amount,) = vault.quoteFill(0, 0);
        _fill(0, keeper, amount);
    }

    function _assertPromises(Promises memory promised) private {
        _assertEntry(promised.entry);
        _assertFill(VOL_100, promised.sale);
        _assertFill(VOL_12_5, promised.purchase);
        _assertExit(alice, promised.isPaid);
        _assertExit(bob, promised.isPaid);
        if (promised.isCovered) _assertCovered();
        awkward.restore();
        if (promised.isCovered) _assertClaims();
    }

    function _expect(bytes memory error) private {
        if (keccak256(error) == keccak256(ANY)) vm.expectRevert();
        else if (error.length > 0) vm.expectRevert(error);
    }

    function _assertEntry(bytes memory error) private {
        uint256 assets = 100 * 10 ** base.decimals();
        uint256 idle = vault.idle();
        _pay(base, keeper, assets);

        vm.prank(keeper);
        _expect(error);
        vault.deposit(assets, keeper);

        assertEq(vault.idle() - idle, error.length > 0 ? 0 : assets, "entry is exact or refused");
    }

    function _assertFill(int64 signal, bytes memory error) private {
        skip(AUCTION_LIFE + 1);
        _refreshPrices();
        _publish(0, signal);
        vault.open(0);
        skip(AUCTION_LIFE / 4); // at the oracle price
        _refreshPrices();
        bool isPurchase = vault.openAuction(0).remaining > 0;
        (,, uint256 amount,) = vault.quoteFill(0, 0);
        amount = Math.min(amount, amount / 4 + 1);
        (uint256 baseAmount,,,) = vault.quoteFill(0, amount);
        _pay(isPurchase ? tokens[0] : base, keeper, isPurchase ? amount : baseAmount);
        (uint256 idle, uint256 held) = (vault.idle(), vault.holding(0));
        (,, uint256 lot) = _lot();

        vm.prank(keeper);
        _expect(error);
        vault.fill(0, amount, baseAmount, "");

        bool isRefused = error.length > 0;
        (uint256 idleAfter, uint256 heldAfter, uint256 lotAfter) = _lot();
        assertEq(lot - lotAfter, isRefused ? 0 : amount, "lot");
        uint256 baseMoved = isPurchase ? idle - idleAfter : idleAfter - idle;
        uint256 tokenMoved = isPurchase ? heldAfter - held : held - heldAfter;
        assertEq(baseMoved, isRefused ? 0 : baseAmount, "idle");
        assertEq(tokenMoved, isRefused ? 0 : amount, "holding");
    }

    function _lot() private view returns (uint256 idle, uint256 held, uint256 lot) {
        int128 remaining = vault.openAuction(0).remaining;
        return (vault.idle(), vault.holding(0), uint256(int256(remaining > 0 ? remaining : -remaining)));
    }

    /// VLT-4, V20
    function _assertExit(address owner, bool isPaid) private {
        vault.accrue();
        uint256 shares = vault.balanceOf(owner);
        uint256 supply = vault.totalSupply() + VIRTUAL_SHARES;
        uint256 awkwardPart = Math.mulDiv(_ledger(address(awkward)), shares, supply);
        uint256 otherPart = Math.mulDiv(_ledger(address(other)), shares, supply);
        uint256 hadOther = other.balanceOf(owner);
        uint256 hadClaim = vault.claimOf(owner, address(awkward));

        vm.prank(owner);
        vault.exitInKind(shares, owner, owner);

        assertEq(vault.balanceOf(owner), 0, "VLT-4: out");
        assertEq(other.balanceOf(owner) - hadOther, otherPart, "V20: the good asset arrives");
        uint256 claimed = vault.claimOf(owner, address(awkward)) - hadClaim;
        assertEq(claimed, isPaid ? 0 : awkwardPart, "VLT-4: the bad one is paid or owed");
    }

    function _ledger(address token) private view returns (uint256) {
        return token == address(base) ? vault.idle() : vault.holding(0);
    }

    function _assertCovered() private {
        awkward.restore();
        uint256 owed = vault.claimOf(alice, address(awkward)) + vault.claimOf(bob, address(awkward));
        assertGe(awkward.balanceOf(address(vault)), _ledger(address(awkward)) + owed, "VLT-1: covered");
    }

    function _assertClaims() private {
        address[2] memory people = [alice, bob];
        for (uint256 i; i < 2; ++i) {
            uint256 owed = vault.claimOf(people[i], address(awkward));
            if (owed == 0) continue;
            uint256 had = awkward.balanceOf(people[i]);
            vm.prank(people[i]);
            vault.claim(address(awkward), people[i]);
            assertEq(awkward.balanceOf(people[i]) - had, owed, "claims are paid in full");
        }
    }

    function _works() private pure returns (Promises memory) {
        return Promises({entry: "", sale: "", purchase: "", isPaid: true, isCovered: true});
    }

    /* DECIMALS AND SIZES */

    function test_V12_NoDecimals_AsBase() public {
        _open(new PlainToken(0), true);
        _assertPromises(_works());
    }

    function test_V12_NoDecimals_AsPosition() public {
        _open(new PlainToken(0), false);
        _assertPromises(_works());
    }

    function test_V12_TwentyFourDecimals_AsBase() public {
        _open(new PlainToken(24), true);
        _assertPromises(_works());
    }

    function test_V12_TwentyFourDecimals_AsPosition() public {
        _open(new PlainToken(24), false);
        _assertPromises(_works());
    }

    function test_V12_RevertWhen_ThirtyDecimals() public {
        PlainToken fine = new PlainToken(30);

        vm.expectRevert(abi.encodeWithSelector(IVault.TooManyDecimals.selector, fine, 30));
        this.open(fine, true);
        vm.expectRevert(abi.encodeWithSelector(IVault.TooManyDecimals.selector, fine, 30));
        this.open(fine, false);
    }

    /// Only so that a refused creation can be expected.
    function open(AwkwardToken token, bool isBase) external {
        _open(token, isBase);
    }

    function test_V12_HugeDonation_StopsNobody() public {
        _open(new PlainToken(18), false);
        awkward.mint(address(vault), 2 ** 200);

        vm.expectRevert(); // more than a ledger holds: it stays outside
        vault.skim(address(awkward));
        _assertPromises(_works());
    }

    /* FEES */

    function test_V12_FeeOnTransfer_AsBase() public {
        _open(new FeeOnTransferToken(6), true);
        awkward.spoil();
        Promises memory promised = _works();
        promised.entry = abi.encodeWithSelector(IVault.TransferNotExact.selector, awkward, 99e6, 100e6);
        promised.sale = ANY; // by name below
        _assertPromises(promised);
    }

    function test_V12_FeeOnTransfer_AsPosition() public {
        _open(new FeeOnTransferToken(18), false);
        awkward.spoil();
        Promises memory promised = _works();
        promised.purchase = ANY; // by name below
        _assertPromises(promised);
    }

    function test_V12_RevertWhen_FillerDeliversLessThanItOwes() public {
        _open(new FeeOnTransferToken(18), false);
        skip(AUCTION_LIFE + 1);
        _refreshPrices();
        _publish(0, VOL_12_5);
        vault.open(0);
        awkward.spoil();
        _pay(tokens[0], keeper, 10e18);

        vm.prank(keeper);
        vm.expectRevert(abi.encodeWithSelector(IAuction.Underpaid.selector, 9.9e18, 10e18));
        vault.fill(0, 10e18, 0, "");
    }

    /// Not supported: the vault pays the fee. Still everybody leaves, the last with a claim on what is missing.
    function test_V12_FeeOnSender_StopsNobody() public {
        _open(new FeeOnSenderToken(18), false);
        awkward.spoil();

        _assertExit(alice, true);
        vault.accrue();
        uint256 shares = vault.balanceOf(bob);
        vm.prank(bob);
        vault.exitInKind(shares, bob, bob);
        assertEq(vault.balanceOf(bob), 0);
    }

    /* ANSWERS */

    function test_V12_NoReturn_AsBase() public {
        _open(new NoReturnToken(6), true);
        awkward.spoil();
        _assertPromises(_works());
    }

    function test_V12_NoReturn_AsPosition() public {
        _open(new NoReturnToken(18), false);
        awkward.spoil();
        _assertPromises(_works());
    }

    function test_V12_FalseReturning_AsBase() public {
        _open(new FalseReturningToken(6), true);
        awkward.spoil();
        bytes memory failed = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, awkward);
        _assertPromises(Promises(failed, failed, failed, false, true));
    }

    function test_V12_FalseReturning_AsPosition() public {
        _open(new FalseReturningToken(18), false);
        awkward.spoil();
        bytes memory failed = abi.encodeWithSelector(SafeERC20.SafeERC20FailedOperation.selector, awkward);
        _assertPromises(Promises("", failed, failed, false, true));
    }

    /// Not supported: what has moved is claimed as well. Still everybody leaves with their own part, and nothing that
    /// such a token answers takes a part of the others'.
    function test_V12_Lying_StopsNobody() public {
        _open(new LyingToken(18), false);
        awkward.spoil();

        _assertExit(alice, false);
        vm.prank(alice);
        vm.expectRevert(); // answered false, or too little there: never paid twice out of bob's
        vault.claim(address(awkward), alice);
        _assertExit(bob, false);
        assertEq(awkward.balanceOf(alice), vault.claimOf(alice, address(awkward)), "alice has her part");
        assertEq(awkward.balanceOf(bob), vault.claimOf(bob, address(awkward)), "bob has his");
    }

    function test_V12_ReturnBomb_AsBase() public {
        _open(new ReturnBombToken(6), true);
        awkward.spoil();
        _assertPromises(Promises("", "", ANY, false, true));
    }

    function test_V12_ReturnBomb_AsPosition() public {
        _open(new ReturnBombToken(18), false);
        awkward.spoil();
        _assertPromises(Promises("", ANY, "", false, true));
    }

    function test_V12_GasBurning_AsBase() public {
        _open(new GasBurningToken(6), true);
        awkward.spoil();
        _assertPromises(Promises("", "", ANY, false, true));
    }

    function test_V12_GasBurning_AsPosition() public {
        _open(new GasBurningToken(18), false);
        awkward.spoil();
        _assertPromises(Promises("", ANY, "", false, true));
    }

    /// V7, V20: gas that the exit can spare is bounded; a block is enough for eight such tokens.
    function test_V20_GasBurning_CostsABoundedAmount() public {
        _open(new GasBurningToken(18), false);
        awkward.spoil();
        uint256 shares = vault.balanceOf(alice);

        uint256 gas = gasleft();
        vm.prank(alice);
        vault.exitInKind(shares, alice, alice);
        assertLt(gas - gasleft(), 600_000);
    }

    /* REFUSALS */

    function test_V12_ZeroRefusing_AsBase() public {
        _open(new ZeroRefusingToken(6), true);
        awkward.spoil();
        _assertPromises(_works());
    }

    function test_V12_ZeroRefusing_AsPosition() public {
        _open(new ZeroRefusingToken(18), false);
        awkward.spoil();
        vm.prank(alice);
        vault.exitInKind(0, alice, alice); // moves nothing, asks nothing
        _assertPromises(_works());
    }

    function test_V12_Paused_AsBase() public {
        _open(new PausedToken(6), true);
        awkward.spoil();
        bytes memory paused = abi.encodeWithSelector(PausedToken.Paused.selector);
        _assertPromises(Promises(paused, paused, paused, false, true));
    }

    function test_V12_Paused_AsPosition() public {
        _open(new PausedToken(18), false);
        awkward.spoil();
        bytes memory paused = abi.encodeWithSelector(PausedToken.Paused.selector);
        _assertPromises(Promises("", paused, paused, false, true));
    }

    function test_V12_Blocklist_OwnerIsBlocked() public {
        BlocklistToken listed = new BlocklistToken(18);
        _open(listed, false);
        listed.spoil();
        listed.block_(alice);

        _assertExit(alice, false); // a claim of hers
        _assertExit(bob, true); // nobody else's business
        uint256 owed = vault.claimOf(alice, address(awkward));
        vm.prank(alice);
        vault.claim(address(awkward), keeper);
        assertGe(awkward.balanceOf(keeper), owed, "to an account that may receive");
    }

    function test_V12_Blocklist_VaultIsBlocked() public {
        BlocklistToken listed = new BlocklistToken(6);
        _open(listed, true);
        listed.spoil();
        listed.block_(address(vault));
        bytes memory blocked = abi.encodeWithSelector(BlocklistToken.Blocked.selector, vault);
        _assertPromises(Promises(blocked, blocked, blocked, false, true));
    }

    /// V10: somebody ahead in the queue who cannot receive stops nobody, since the queue sends nothing.
    function test_V10_Blocklist_HeadOfTheQueueIsBlocked() public {
        BlocklistToken listed = new BlocklistToken(6);
        _open(listed, true);
        listed.spoil();
        listed.block_(alice);
        vm.prank(alice);
        vault.requestExit(100_000e12, alice);
        vm.prank(bob);
        vault.requestExit(100_000e12, bob);
        skip(1);
        _refreshPrices();

        vault.settleExits(2);

        assertGt(vault.claimOf(alice, address(awkward)), 0, "owed");
        uint256 owed = vault.claimOf(bob, address(awkward));
        vm.prank(bob);
        vault.claim(address(awkward), bob);
        assertEq(awkward.balanceOf(bob), owed, "paid");
    }

    function test_V12_Dead_AsBase() public {
        _open(new DeadToken(6), true);
        awkward.spoil();
        bytes memory dead = abi.encodeWithSelector(DeadToken.Dead.selector);
        _assertPromises(Promises(dead, dead, dead, false, true));
    }

    function test_V12_Dead_AsPosition() public {
        _open(new DeadToken(18), false);
        awkward.spoil();
        bytes memory dead = abi.encodeWithSelector(DeadToken.Dead.selector);
        _assertPromises(Promises("", dead, dead, false, true));
    }

    /* REBASING */

    function test_V12_RebasingUp_IsSurplusUntilSkimmed() public {
        RebasingToken growing = new RebasingToken(18);
        _open(growing, false);
        uint256 held = vault.holding(0);
        growing.rebase(11_000);

        assertEq(vault.holding(0), held, "outside the ledger");
        vault.skim(address(growing));
        assertApproxEqAbs(vault.holding(0), held * 11 / 10, 1, "for all shares");
        _assertExit(alice, true);
        _assertExit(bob, true);
    }

    /// Not supported: the ledger says more than there is. Still everybody leaves, the last with a claim.
    function test_V12_RebasingDown_StopsNobody() public {
        RebasingToken shrinking = new RebasingToken(18);
        _open(shrinking, false);
        shrinking.rebase(9000);

        assertEq(vault.skim(address(shrinking)), 0, "nothing to skim");
        _assertExit(alice, true);
        _assertExit(bob, false);
    }

    /* HOOKS */

    function test_V4_Hooked_ReceiverCannotReenter() public {
        _open(new HookedToken(6), true);
        Reentrant reentrant = new Reentrant(vault);
        HookedToken(address(awkward)).hook(address(reentrant));
        uint256 shares = vault.balanceOf(alice) / 2;
        vm.prank(alice);
        vault.transfer(address(reentrant), shares);

        reentrant.leave(shares / 4, 0); // in cash
        reentrant.leave(shares / 4, 1); // in kind
        assertEq(reentrant.calls(), 2, "it was asked");
    }

    function test_V4_Hooked_SenderCannotReenter() public {
        _open(new HookedToken(6), true);
        Reentrant reentrant = new Reentrant(vault);
        HookedToken(address(awkward)).hook(address(reentrant));
        awkward.mint(address(reentrant), 100e6);

        reentrant.enter(awkward, 100e6);

        assertGe(reentrant.calls(), 1, "it was asked");
        assertGt(vault.balanceOf(address(reentrant)), 0, "and let in, once");
    }

    function test_V12_Hooked_AsPosition() public {
        _open(new HookedToken(18), false);
        _assertPromises(_works());
    }
}

/// Whenever its token moves, tries every way in and out and looks at the share price.
contract Reentrant is ITokenHooks {
    IVault private immutable vault;
    uint256 public calls;
    uint256 private price; // base units of 1e12 shares before the call

    constructor(IVault vault_) {
        vault = vault_;
    }

    function leave(uint256 shares, uint8 way) external {
        price = vault.convertToAssets(1e12);
        if (way == 0) vault.redeem(shares, address(this), address(this));
        else vault.exitInKind(shares, address(this), address(this));
    }

    function enter(AwkwardToken token, uint256 assets) external {
        price = vault.convertToAssets(1e12);
        token.approve(address(vault), assets);
        vault.deposit(assets, address(this));
    }

    function onTokenMove(address, address, uint256) external {
        if (price == 0) return;
        ++calls;
        require(vault.convertToAssets(1e12) >= price, "V4: read-only: the price has fallen");
        require(vault.convertToAssets(1e12) <= price + price / 50 + 1, "V4: read-only: the price has risen");
        bytes[6] memory attempts = [
            abi.encodeWithSignature("redeem(uint256,address,address)", 1, this, this),
            abi.encodeWithSignature("deposit(uint256,address)", 0, this),
            abi.encodeCall(vault.exitInKind, (1, address(this), address(this))),
            abi.encodeCall(vault.requestExit, (1, address(this))),
            abi.encodeCall(vault.accrue, ()),
            abi.encodeCall(vault.settleExits, (1))
        ];
        for (uint256 i; i < attempts.length; ++i) {
            (bool success,) = address(vault).call(attempts[i]);
            require(!success, "V4: open inside a transfer");
        }
    }
}
