// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Test} from "forge-std/Test.sol";
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/interfaces/IERC20Metadata.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Allocation, MandateParams, ShareTerms} from "../interfaces/IMandate.sol";
import {IPriceBook, MarketParams} from "../interfaces/IPriceBook.sol";
import {MarketId} from "../interfaces/IPriceSource.sol";
import {Feed, FeedId, ISignalFeed, Level, Signal} from "../interfaces/ISignalFeed.sol";
import {Position, VaultParams} from "../interfaces/IVault.sol";
import {Mandate} from "./Mandate.sol";
import {Vault} from "./Vault.sol";

/// Answers like the price book, with prices the test sets.
contract SetPriceBook {
    struct Stored {
        uint128 price;
        uint48 observedAt;
        IPriceBook.HaltReason halted;
    }

    uint16 private constant DEVIATION_BPS = 50;

    mapping(MarketId => Stored) private stored;

    function marketParams(MarketId market) external view returns (MarketParams memory params) {
        require(stored[market].price > 0, IPriceBook.MarketUnknown(market));
        params.deviationBps = DEVIATION_BPS;
    }

    function set(MarketId market, uint128 newPrice) external {
        stored[market] = Stored(newPrice, uint48(block.timestamp), IPriceBook.HaltReason.None);
    }

    function halt(MarketId market) external {
        stored[market].halted = IPriceBook.HaltReason.Disagreement;
    }

    function peek(MarketId market) public view returns (uint128, uint48, IPriceBook.HaltReason) {
        Stored memory found = stored[market];
        require(found.price > 0, IPriceBook.MarketUnknown(market));
        return (found.price, found.observedAt, found.halted);
    }

    function price(MarketId market, uint256 maxAge) external view returns (uint128, uint48) {
        (uint128 newest, uint48 observedAt, IPriceBook.HaltReason halted) = peek(market);
        require(halted == IPriceBook.HaltReason.None, IPriceBook.MarketIsHalted(market, halted));
        require(block.timestamp <= observedAt + maxAge, IPriceBook.PriceTooOld(market, observedAt, maxAge));
        return (newest, observedAt);
    }
}

/// Answers like the signal feed, with signals the test sets.
contract SetSignalFeed {
    mapping(FeedId => MarketId) private markets;
    mapping(FeedId => Signal[]) private signals;

    function create(FeedId feed, MarketId market) external {
        markets[feed] = market;
    }

    function set(FeedId feed, uint32 round, int64 value) external {
        signals[feed].push(Signal(value, uint48(block.timestamp), round, Level.EXECUTED));
    }

    /// Of the newest.
    function setLevel(FeedId feed, uint8 level) external {
        signals[feed][signals[feed].length - 1].level = level;
    }

    /// The ring has passed all but the newest.
    function forget(FeedId feed) external {
        Signal memory last = signals[feed][signals[feed].length - 1];
        delete signals[feed];
        signals[feed].push(last);
    }

    function newest(FeedId feed, uint8 levels) external view returns (Signal memory signal) {
        for (uint256 i = signals[feed].length; i > 0; --i) {
            if (signals[feed][i - 1].level & levels != 0) return signals[feed][i - 1];
        }
    }

    function feedInfo(FeedId feed) external view returns (Feed memory info) {
        info.market = markets[feed];
    }
}

/// A well-behaved token until told otherwise.
contract MoodyToken is ERC20 {
    enum Mood {
        Kind,
        Reverts,
        BurnsGas,
        ReturnsBomb,
        AnswersFalse,
        TakesFee
    }

    error Moody();

    uint8 private immutable _decimals;
    Mood public mood;

    constructor(string memory symbol, uint8 decimals_) ERC20(symbol, symbol) {
        _decimals = decimals_;
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setMood(Mood newMood) external {
        mood = newMood;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        if (mood == Mood.AnswersFalse) return false;
        if (mood == Mood.Reverts) revert Moody();
        if (mood == Mood.BurnsGas) while (true) {}
        if (mood == Mood.ReturnsBomb) {
            assembly ("memory-safe") {
                return(0, 60000)
            }
        }
        return super.transfer(to, amount);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (mood != Mood.TakesFee || from == address(0) || to == address(0)) return;
        super._update(to, address(0xfee), amount / 100);
    }
}

/// One vault with one position at 2,000 base units a token, and people who can pay.
abstract contract VaultFixture is Test {
    MarketId internal constant MARKET = MarketId.wrap("SPX/USD");
    FeedId internal constant FEED = FeedId.wrap("SPX/USD vol");
    uint128 internal constant PRICE = 2000e8;

    // log2 of volatilities that are powers of two: the weights below are exact
    int64 internal constant VOL_25 = -2 << 32; // 25 %/yr: weight 10 / 25 = 4000 bps
    int64 internal constant VOL_12_5 = -3 << 32; // weight 8000 bps
    int64 internal constant VOL_6_25 = -4 << 32; // 16000, capped at 9500 bps
    int64 internal constant VOL_100 = 0; // weight 1000 bps
    uint16 internal constant CAP_BPS = 9500;

    AccessManager internal manager;
    SetPriceBook internal book;
    SetSignalFeed internal feed;
    Mandate internal mandate;
    MoodyToken internal base;
    MoodyToken internal token;
    Vault internal vault;

    address internal alice = makeAddr("alice");
    address internal bob = makeAddr("bob");
    address internal filler = makeAddr("filler");
    address internal feeRecipient = makeAddr("fee recipient");

    uint256 internal baseUnit;
    uint256 internal tokenUnit;
    uint32 private round;

    function setUp() public virtual {
        vm.warp(1_700_000_000);
        _createVault(6, 18);
    }

    function _createVault(uint8 baseDecimals, uint8 tokenDecimals) internal {
        baseUnit = 10 ** baseDecimals;
        tokenUnit = 10 ** tokenDecimals;
        manager = new AccessManager(address(this));
        book = new SetPriceBook();
        feed = new SetSignalFeed();
        base = new MoodyToken("USD", baseDecimals);
        token = new MoodyToken("SPX", tokenDecimals);
        book.set(MARKET, PRICE);
        feed.create(FEED, MARKET);
        mandate = new Mandate(address(manager), _mandateParams(), _shareTerms(), feeRecipient, _allocations());
        vault = new Vault(_vaultParams());
    }

    function _mandateParams() internal pure returns (MandateParams memory) {
        return MandateParams({
            targetVolBps: 1000,
            bandBps: 500,
            cashFloorBps: 500,
            levels: Level.EXECUTED,
            maxSignalAge: 6 days,
            unwindDelay: 1 days,
            maxPriceAge: 5 days,
            entryMaxAge: 10 minutes,
            fillMaxAge: 20 minutes,
            auctionLife: 600,
            premiumBps: 20,
            slippageBps: 60,
            venueFeeBps: 5,
            maxDrawdownBps: 4000,
            lossBudgetBps: 100,
            turnoverBudgetBps: 20_000,
            budgetWindow: 5 days
        });
    }

    /// Without fees: tests of other things count in whole shares.
    function _shareTerms() internal view virtual returns (ShareTerms memory) {
        return ShareTerms({
            depositCap: type(uint128).max,
            entryPausedUntil: 0,
            entrySpreadBps: 20,
            exitSpreadBps: 40,
            managementFeeBps: 0,
            performanceFeeBps: 0
        });
    }

    function _allocations() internal pure returns (Allocation[] memory allocations) {
        allocations = new Allocation[](1);
        allocations[0] = Allocation({capBps: CAP_BPS, shareBps: 1e4});
    }

    function _vaultParams() internal view returns (VaultParams memory) {
        Position[] memory positions = new Position[](1);
        positions[0] = Position({token: address(token), market: MARKET, feed: FEED});
        return VaultParams({
            asset: IERC20Metadata(address(base)),
            name: "Calm SPX",
            symbol: "cSPX",
            priceBook: IPriceBook(address(book)),
            signalFeed: ISignalFeed(address(feed)),
            mandate: mandate,
            positions: positions
        });
    }

    function _deposit(address owner, uint256 assets) internal returns (uint256 shares) {
        base.mint(owner, assets);
        vm.startPrank(owner);
        base.approve(address(vault), assets);
        shares = vault.deposit(assets, owner);
        vm.stopPrank();
    }

    function _signal(int64 value) internal {
        feed.set(FEED, ++round, value);
    }

    /// Fills all that can be filled now, paying from `filler`'s pocket.
    function _fillAll() internal returns (uint256 amount, uint256 baseAmount) {
        (,, amount,) = vault.quoteFill(0, 0);
        baseAmount = _fill(amount);
    }

    function _fill(uint256 amount) internal returns (uint256 baseAmount) {
        bool isPurchase = vault.openAuction(0).remaining > 0;
        (baseAmount,,,) = vault.quoteFill(0, amount);
        MoodyToken owed = isPurchase ? token : base;
        owed.mint(filler, isPurchase ? amount : baseAmount);
        vm.startPrank(filler);
        owed.approve(address(vault), isPurchase ? amount : baseAmount);
        vault.fill(0, amount, baseAmount, "");
        vm.stopPrank();
    }

    /// Moves the vault to the weight that `value` asks for, at the end of an auction's premium.
    function _rebalance(int64 value) internal {
        _signal(value);
        vault.open(0);
        skip(150); // off = 20 - 80 · 150 / 600 = 0
        _fillAll();
    }
}
